"""Asking colleagues to look at a draft, asking again after changes, and taking it back."""

import uuid
from collections.abc import Collection

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.agents import drafts
from app.agents.models import Agent, AgentVersion, FlowGraph
from app.engine.errors import EditRefused
from app.lib import clock
from app.reviews import letters, thread
from app.reviews.models import ActKind, Review, ReviewPerson, ReviewStatus
from app.reviews.people import may_withdraw, members
from app.versions import publication
from app.workspaces.models import Member


def ask(
    session: Session,
    agent: Agent,
    *,
    by: User,
    to: Collection[uuid.UUID],
    words: str,
    expected_revision: int,
) -> Review:
    """Ask these people (nobody: all who may publish) to look at the draft as it is now.

    An agent has one open review: asking while there is one goes on with it. When the draft is
    another one by now, when somebody asked for changes or when somebody else asks, a new round
    begins and earlier answers no longer count. Raises DraftMoved when the draft is not at
    `expected_revision` any more, EditRefused when there is nothing to look at.
    """
    draft, flow_graph = drafts.locked(session, agent)
    _refuse_pointless(agent, flow_graph, expected_revision)
    people = {one.user_id for one in members(session, agent.workspace_id)} & set(to) - {by.id}
    if to and not people:
        raise EditRefused("Choose somebody who is in this workspace and is not you.")
    review = thread.open_review(session, agent, hold=True)
    is_first = review is None
    if review is None:
        review = _begun(session, agent, draft, flow_graph, by)
    elif _is_other(session, review, agent, flow_graph, by):
        review.round += 1
        _set_subject(review, agent, draft, flow_graph, by)
    flow_graph.freeze()
    _invite(session, review, people)
    thread.note(session, review, ActKind.ASKED, by=by, words=words)
    thread.record(session, review, "review_asked" if is_first else "review_asked_again", by)
    letters.asked(session, review, agent=agent, by=by, words=words, to=people)
    return review


def withdraw(session: Session, review: Review, *, by: Member) -> None:
    """End the review without an answer. Raises EditRefused for those who may not."""
    review = thread.held(session, review)
    if not may_withdraw(review, by):
        raise EditRefused(
            "This review is closed already."
            if not review.is_open
            else "Only who asked for this review, an admin or the owner can take it back."
        )
    thread.note(session, review, ActKind.WITHDREW, by=by.user)
    review.status, review.closed_at = ReviewStatus.WITHDRAWN, clock.now()
    thread.record(session, review, "review_withdrawn", by.user)
    letters.settle(session, review)


def _refuse_pointless(agent: Agent, flow_graph: FlowGraph, expected_revision: int) -> None:
    if agent.is_archived:
        raise EditRefused("This agent is put away. Bring it back before you ask about it.")
    if flow_graph.revision != expected_revision:
        raise drafts.DraftMoved
    if not publication.is_news(agent, flow_graph.graph):
        raise EditRefused(f"Nothing has changed since version {agent.version}.")


def _begun(
    session: Session, agent: Agent, draft: AgentVersion, flow_graph: FlowGraph, by: User
) -> Review:
    review = Review(workspace_id=agent.workspace_id, agent_id=agent.id, round=1)
    _set_subject(review, agent, draft, flow_graph, by)
    session.add(review)
    session.flush()
    return review


def _set_subject(
    review: Review, agent: Agent, draft: AgentVersion, flow_graph: FlowGraph, by: User
) -> None:
    review.status = ReviewStatus.WAITING
    review.asked_by, review.changed_by = by.id, draft.created_by
    review.flow_graph_id, review.digest = flow_graph.id, flow_graph.digest
    review.spec_json = publication.spec(agent, flow_graph.graph)
    review.replaces_id = agent.active_version_id


def _is_other(
    session: Session, review: Review, agent: Agent, flow_graph: FlowGraph, by: User
) -> bool:
    """Whether what is asked now is another question than the one that is open."""
    asks_the_same = (
        review.spec_json == publication.spec(agent, flow_graph.graph)
        and review.replaces_id == agent.active_version_id
        and review.asked_by == by.id
    )
    return not asks_the_same or bool(thread.answers_of(session, review).changes)


def _invite(session: Session, review: Review, people: Collection[uuid.UUID]) -> None:
    """Add these people; asking everybody takes the names away."""
    here = (ReviewPerson.workspace_id == review.workspace_id, ReviewPerson.review_id == review.id)
    if not people:
        session.execute(delete(ReviewPerson).where(*here))
        return
    have = set(session.scalars(select(ReviewPerson.user_id).where(*here)))
    session.add_all(
        ReviewPerson(workspace_id=review.workspace_id, review_id=review.id, user_id=person)
        for person in sorted(set(people) - have)
    )
    session.flush()
