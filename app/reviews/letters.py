"""What is told about reviews, in the app and by mail: the words are in templates/notices/words."""

import uuid
from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.agents.models import Agent, AgentVersion
from app.notices import settling
from app.notices.models import NoticeKind
from app.notices.telling import tell
from app.notices.words import words as written
from app.reviews.models import Review, ReviewAct, ReviewComment
from app.reviews.people import publishers
from app.workspaces.models import Workspace


def asked(
    session: Session,
    review: Review,
    *,
    agent: Agent,
    by: User,
    words: str,
    to: Collection[uuid.UUID],
) -> None:
    """Tell those who were asked; nobody named: all who may publish, but for who asks."""
    everybody = {one.user_id for one in publishers(session, review.workspace_id)}
    people = set(to) or everybody - {review.changed_by}
    what = "asked again" if review.round > 1 else "asked"
    _tell(session, review, agent, what, by=by, words=words, to=people - {by.id})


def answered(session: Session, review: Review, *, by: User, approve: bool, words: str) -> None:
    """Tell who asked what the answer is."""
    what = "approved" if approve else "changes"
    _tell(session, review, review.agent, what, by=by, words=words, to={review.asked_by})


def commented(session: Session, review: Review, comment: ReviewComment, *, by: User) -> None:
    """Tell who asked and everybody who has said something in this review."""
    here = review.workspace_id
    spoke = select(ReviewAct.user_id).where(
        ReviewAct.workspace_id == here, ReviewAct.review_id == review.id
    )
    wrote = select(ReviewComment.user_id).where(
        ReviewComment.workspace_id == here, ReviewComment.review_id == review.id
    )
    people = {review.asked_by, *session.scalars(spoke), *session.scalars(wrote)} - {by.id}
    _tell(
        session,
        review,
        review.agent,
        "commented",
        by=by,
        words=comment.text,
        step=comment.step_name,
        to=people,
    )


def published(session: Session, review: Review, *, agent: Agent, version: AgentVersion) -> None:
    """Tell who asked that somebody else has published it."""
    by = version.author
    people = {review.asked_by} - {by.id}
    _tell(session, review, agent, "published", by=by, words=version.version, to=people)


def settle(session: Session, review: Review) -> None:
    """Nobody has to be called for it any more."""
    keys = [_key(review, what) for what in ("asked", "asked again")]
    settling.settle(session, workspace_id=review.workspace_id, keys=keys)


def _tell(
    session: Session,
    review: Review,
    agent: Agent,
    what: str,
    *,
    by: User,
    words: str,
    to: Collection[uuid.UUID],
    step: str = "",
) -> None:
    if not to:
        return
    said = {"what": what, "agent": agent.name, "by": by.name, "words": words, "step": step}
    subject, text = written("review", **said)
    slug = session.get_one(Workspace, review.workspace_id).slug
    tell(
        session,
        workspace_id=review.workspace_id,
        kind=NoticeKind.REVIEW,
        subject=subject,
        text=text,
        path=f"/w/{slug}/reviews/{review.id}",
        to=sorted(to),
        key=_key(review, what),
    )


def _key(review: Review, what: str) -> str:
    return f"{NoticeKind.REVIEW.value}: {what} {review.id} {review.round}"
