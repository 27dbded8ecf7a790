"""The acts of a review in their order, and what follows from them for the round that is on."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from app.accounts.models import User
from app.agents.models import Agent
from app.audit import trail
from app.lib import clock
from app.model import storable_text
from app.reviews.models import ActKind, Review, ReviewAct, ReviewStatus

_ANSWERS = (ActKind.APPROVED, ActKind.CHANGES_ASKED)


@dataclass(frozen=True, slots=True)
class Answers:
    """The last word of each person in the round that is on."""

    approved: tuple[User, ...]
    changes: tuple[User, ...]

    @property
    def status(self) -> ReviewStatus:
        """What an open review is with these answers; somebody who objects is heard first."""
        if self.changes:
            return ReviewStatus.CHANGES_ASKED
        return ReviewStatus.APPROVED if self.approved else ReviewStatus.WAITING


def open_review(session: Session, agent: Agent, *, hold: bool = False) -> Review | None:
    """The agent's review that is open; `hold` keeps others from changing it meanwhile."""
    query = select(Review).where(
        Review.workspace_id == agent.workspace_id,
        Review.agent_id == agent.id,
        Review.closed_at.is_(None),
    )
    if hold:
        query = query.with_for_update().execution_options(populate_existing=True)
    return session.scalars(query).one_or_none()


def held(session: Session, review: Review) -> Review:
    """The review as it is now, kept for this transaction."""
    return session.scalars(
        select(Review)
        .where(Review.workspace_id == review.workspace_id, Review.id == review.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()


def acts_of(session: Session, review: Review) -> Sequence[ReviewAct]:
    """All that was done, the first first."""
    return session.scalars(
        select(ReviewAct)
        .options(joinedload(ReviewAct.user))
        .where(ReviewAct.workspace_id == review.workspace_id, ReviewAct.review_id == review.id)
        .order_by(ReviewAct.id)
    ).all()


def answers_in(review: Review, acts: Sequence[ReviewAct]) -> Answers:
    """What each person last said in the round that is on."""
    last = {act.user_id: act for act in acts if act.round == review.round and act.kind in _ANSWERS}
    return Answers(
        *(tuple(act.user for act in last.values() if act.kind is one) for one in _ANSWERS)
    )


def answers_of(session: Session, review: Review) -> Answers:
    """The same, read from the database."""
    return answers_in(review, acts_of(session, review))


def note(session: Session, review: Review, kind: ActKind, *, by: User, words: str = "") -> None:
    """Keep what somebody did, in the round that is on."""
    session.add(
        ReviewAct(
            workspace_id=review.workspace_id,
            review_id=review.id,
            round=review.round,
            user_id=by.id,
            kind=kind,
            digest=review.digest,
            words=storable_text(words).strip(),
        )
    )
    review.updated_at = clock.now()
    session.flush()


def record(session: Session, review: Review, action: str, by: User) -> None:
    """Add what somebody did to the trail."""
    trail.record(
        session,
        action,
        workspace_id=review.workspace_id,
        actor_id=by.id,
        subject=session.get_one(Agent, review.agent_id).name,
        details={
            "agent": str(review.agent_id),
            "review": str(review.id),
            "round": review.round,
            "digest": review.digest[:12],
        },
    )
