"""Where the draft of an agent stands: what was approved, whether that is what it is now, and
whether a person may publish it. This fills the ports of the versions' room.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from app.accounts.models import User
from app.agents.models import Agent
from app.engine.words import listed
from app.reviews import rule, thread
from app.reviews.models import Review, ReviewStatus
from app.reviews.people import publishers
from app.versions import publication

_NEEDED = "Publishing needs a second person here. "


@dataclass(frozen=True, slots=True)
class Standing:
    """The open review beside the draft.

    `is_same`: the draft is what was asked about. `is_current`: the version that it would replace
    is still the active one. `counting` are those whose approval counts for this draft, whoever
    publishes. `refusal` says why this person may not publish it, empty when they may.
    """

    review: Review | None = None
    is_needed: bool = False
    is_same: bool = False
    is_current: bool = False
    approved: Sequence[User] = ()
    changes: Sequence[User] = ()
    counting: Sequence[User] = ()
    refusal: str = ""

    @property
    def approved_by(self) -> str:
        """The names of those who approved: `Ben and Cara`."""
        return listed([one.name for one in self.approved])

    @property
    def changes_by(self) -> str:
        """The names of those who asked for changes."""
        return listed([one.name for one in self.changes])


def standing_of(
    session: Session, agent: Agent, digest: str, by: User, *, hold: bool = False
) -> Standing:
    """How the graph with this digest stands; `hold` keeps the review as it is for a while."""
    is_needed = rule.is_on(session, agent.workspace_id)
    review = thread.open_review(session, agent, hold=hold)
    if review is None:
        refusal = f"{_NEEDED}Ask a colleague to look at this draft first." if is_needed else ""
        return Standing(is_needed=is_needed, refusal=refusal)
    answers = thread.answers_of(session, review)
    is_same, is_current = _is_same(review, agent, digest), _is_current(review, agent)
    may_publish = {one.user_id for one in publishers(session, agent.workspace_id)}
    counting = [one for one in answers.approved if one.id in may_publish]
    found = Standing(
        review=review,
        is_needed=is_needed,
        is_same=is_same,
        is_current=is_current,
        approved=answers.approved,
        changes=answers.changes,
        counting=counting if is_same and is_current else (),
    )
    return replace(found, refusal=_refusal(found, by)) if is_needed else found


def why_not(session: Session, agent: Agent, digest: str, by: User) -> str | None:
    """The sentence that keeps this person from publishing; None when nothing does."""
    return standing_of(session, agent, digest, by, hold=True).refusal or None


def approvers(session: Session, agent: Agent, digest: str, by: User) -> Sequence[str]:
    """The names of those on whose approval this person publishes it."""
    counting = standing_of(session, agent, digest, by).counting
    return [one.name for one in counting if one.id != by.id]


def _refusal(found: Standing, by: User) -> str:
    if any(one.id != by.id for one in found.counting):
        return ""
    if not found.is_same:
        return f"{_NEEDED}The draft has changed since it was asked about. Ask again first."
    if not found.is_current:
        return f"{_NEEDED}Another version was published since it was asked about. Ask again first."
    if found.counting:
        return "You approved this draft yourself, so somebody else publishes it."
    if found.approved:
        return f"{_NEEDED}{found.approved_by} approved it, but may not publish here any more."
    if found.review is not None and found.review.status is ReviewStatus.CHANGES_ASKED:
        return f"{_NEEDED}{found.changes_by} asked for changes. Make them, then ask again."
    return f"{_NEEDED}Nobody has approved this draft yet. Wait for the answer, or ask again."


def _is_same(review: Review, agent: Agent, digest: str) -> bool:
    """Not the steps alone: everything that decides how the agent behaves."""
    if review.digest != digest:
        return False
    now = publication.spec(agent, review.flow_graph.graph)
    return publication.same_behaviour(now, review.spec_json)


def _is_current(review: Review, agent: Agent) -> bool:
    return review.replaces_id == agent.active_version_id
