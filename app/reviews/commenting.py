"""Comments of a review: on the whole or on one step, answered, and marked as settled."""

import uuid
from collections.abc import Sequence
from functools import cache

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session, joinedload

from app.agents.models import Agent
from app.editor.ports import Remark
from app.engine.errors import EditRefused
from app.engine.graph import Step
from app.lib import clock
from app.model import storable_text
from app.reviews import letters, thread
from app.reviews.models import Review, ReviewComment
from app.reviews.people import may_comment
from app.workspaces.models import Member, Workspace

MAX_COMMENTS = 500


def comment(
    session: Session,
    review: Review,
    *,
    by: Member,
    text: str,
    step_id: str | None = None,
    answers: ReviewComment | None = None,
) -> ReviewComment:
    """Say something about the whole or one step of what was asked about, or answer a comment.

    Raises EditRefused for those who may not, for empty words and for a step that is not there.
    """
    review = thread.held(session, review)
    _refuse(session, review, by)
    words = storable_text(text).strip()
    if not words:
        raise EditRefused("Write something first.")
    if len(comments_of(session, review)) >= MAX_COMMENTS:
        raise EditRefused(f"A review holds at most {MAX_COMMENTS} comments.")
    first = _first(session, review, answers) if answers else None
    made = ReviewComment(
        workspace_id=review.workspace_id,
        review_id=review.id,
        user_id=by.user_id,
        step_id=first.step_id if first else step_id or None,
        step_name=first.step_name if first else _name_of(review, step_id),
        answers_id=first.id if first else None,
        text=words,
    )
    session.add(made)
    session.flush()
    letters.commented(session, review, made, by=by.user)
    return made


def settle(session: Session, review: Review, one: ReviewComment, *, by: Member, on: bool) -> None:
    """Mark a comment and its answers as settled, or open it again."""
    _refuse(session, thread.held(session, review), by)
    one.settled_at, one.settled_by = (clock.now(), by.user_id) if on else (None, None)
    session.flush()


def comments_of(session: Session, review: Review) -> Sequence[ReviewComment]:
    """All comments and answers, the first first."""
    return session.scalars(
        select(ReviewComment)
        .options(joinedload(ReviewComment.user), joinedload(ReviewComment.settler))
        .where(
            ReviewComment.workspace_id == review.workspace_id,
            ReviewComment.review_id == review.id,
        )
        .order_by(ReviewComment.id)
    ).all()


def by_id(session: Session, review: Review, comment_id: uuid.UUID) -> ReviewComment | None:
    """The comment of this review with this id."""
    return session.scalars(
        select(ReviewComment).where(
            ReviewComment.workspace_id == review.workspace_id,
            ReviewComment.review_id == review.id,
            ReviewComment.id == comment_id,
        )
    ).one_or_none()


def open_on_steps(session: Session, agent: Agent) -> Sequence[ReviewComment]:
    """The unsettled comments on steps of the agent's open review, with who wrote them."""
    given = {"workspace": agent.workspace_id, "agent": agent.id}
    return session.scalars(_open_on_steps(), given).all()


@cache  # each panel of the editor asks for it, and building it costs more than running it
def _open_on_steps() -> Select[ReviewComment]:
    return (
        select(ReviewComment)
        .join(
            Review,
            (Review.id == ReviewComment.review_id)
            & (Review.workspace_id == ReviewComment.workspace_id),
        )
        .options(joinedload(ReviewComment.user))
        .where(
            Review.workspace_id == bindparam("workspace"),
            Review.agent_id == bindparam("agent"),
            Review.closed_at.is_(None),
            ReviewComment.step_id.is_not(None),
            ReviewComment.answers_id.is_(None),
            ReviewComment.settled_at.is_(None),
        )
        .order_by(ReviewComment.id)
    )


def remarks(session: Session, agent: Agent) -> Sequence[Remark]:
    """The same, as the editor shows them beside the steps."""
    found = open_on_steps(session, agent)
    if not found:
        return ()
    slug = session.get_one(Workspace, agent.workspace_id).slug
    return [
        Remark(
            one.step_id or "",
            one.user.name,
            one.text,
            f"/w/{slug}/reviews/{one.review_id}#comment-{one.id}",
        )
        for one in found
    ]


def _refuse(session: Session, review: Review, by: Member) -> None:
    if not review.is_open:
        raise EditRefused("This review is closed.")
    if not may_comment(session, review, by):
        raise EditRefused("Only people who may publish and those who were asked comment here.")


def _first(session: Session, review: Review, answers: ReviewComment) -> ReviewComment:
    """The comment at the beginning: an answer to an answer stands below the same one."""
    if answers.answers_id is None:
        return answers
    return by_id(session, review, answers.answers_id) or answers


def _name_of(review: Review, step_id: str | None) -> str:
    if not step_id:
        return ""
    step = review.flow_graph.graph.find(step_id) or _replaced(review, step_id)
    if step is None:
        raise EditRefused("This step is not in the draft that was asked about.")
    return step.name[:120]


def _replaced(review: Review, step_id: str) -> Step | None:
    """A step that the draft no longer has can be talked about, too."""
    return review.replaces.flow_graph.graph.find(step_id) if review.replaces else None
