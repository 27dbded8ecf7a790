"""Answering a review, and what happens to it when a version is published."""

import uuid
from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from app.agents.models import Agent, AgentVersion
from app.engine.errors import EditRefused
from app.engine.words import listed
from app.lib import clock
from app.reviews import letters, thread
from app.reviews.models import ActKind, Review, ReviewAct, ReviewStatus
from app.reviews.people import why_no_answer
from app.versions.publication import same_behaviour
from app.workspaces.models import Member


class ReviewMoved(Exception):
    """Somebody asked again after this page was read; nothing was kept."""


def answer(
    session: Session,
    review: Review,
    *,
    by: Member,
    approve: bool,
    words: str,
    digest: str,
    round_: int,
) -> Review:
    """Approve what was asked about, or ask for changes; a later answer replaces an earlier one.

    `digest` and `round_` say what the person looked at. Raises ReviewMoved when it is not what is
    asked now, EditRefused when this person's answer does not count or says too little.
    """
    review = thread.held(session, review)
    if sentence := why_no_answer(review, by):
        raise EditRefused(sentence)
    if (review.digest, review.round) != (digest, round_):
        raise ReviewMoved
    if not approve and not words.strip():
        raise EditRefused("Say in a few words what should change.")
    kind = ActKind.APPROVED if approve else ActKind.CHANGES_ASKED
    thread.note(session, review, kind, by=by.user, words=words)
    review.status = thread.answers_of(session, review).status
    thread.record(
        session, review, "review_approved" if approve else "review_changes_asked", by.user
    )
    letters.answered(session, review, by=by.user, approve=approve, words=words)
    letters.settle(session, review)
    return review


def agent_changed(session: Session, agent: Agent, what: str) -> None:
    """Close the review of a draft that became a version just now; other drafts stay open."""
    if what != "published":
        return
    version = session.get_one(AgentVersion, agent.active_version_id)
    review = thread.open_review(session, agent, hold=True)
    if review is None or not same_behaviour(review.spec_json, version.spec_json):
        return
    thread.note(session, review, ActKind.PUBLISHED, by=version.author, words=version.version)
    review.status, review.closed_at = ReviewStatus.PUBLISHED, clock.now()
    review.version_id = version.id
    session.flush()
    letters.settle(session, review)
    letters.published(session, review, agent=agent, version=version)


def approvals_of(session: Session, versions: Sequence[AgentVersion]) -> Mapping[uuid.UUID, str]:
    """On whose approval these versions were published, by their id: `Ben and Cara`."""
    reviews = session.scalars(
        select(Review).where(
            Review.workspace_id.in_({one.workspace_id for one in versions}),
            Review.version_id.in_([one.id for one in versions]),
        )
    ).all()
    by_review = _acts(session, reviews)
    publisher = {one.id: one.created_by for one in versions}
    found: dict[uuid.UUID, str] = {}
    for review in reviews:
        given = thread.answers_in(review, by_review.get(review.id, ())).approved
        version_id = review.version_id
        if version_id is not None:
            names = [who.name for who in given if who.id != publisher[version_id]]
            found |= {version_id: listed(names)} if names else {}
    return found


def _acts(session: Session, reviews: Sequence[Review]) -> Mapping[uuid.UUID, Sequence[ReviewAct]]:
    found: dict[uuid.UUID, list[ReviewAct]] = {}
    if reviews:
        acts = session.scalars(
            select(ReviewAct)
            .options(joinedload(ReviewAct.user))
            .where(
                ReviewAct.workspace_id.in_({one.workspace_id for one in reviews}),
                ReviewAct.review_id.in_([one.id for one in reviews]),
            )
            .order_by(ReviewAct.id)
        )
        for act in acts:
            found.setdefault(act.review_id, []).append(act)
    return found
