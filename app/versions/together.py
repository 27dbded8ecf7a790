"""Publishing an agent together with those that it runs and that were never published."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.accounts.models import User
from app.agents import drafts
from app.agents.drafts import DraftMoved
from app.agents.models import Agent, AgentVersion
from app.agents.outline import Outline, outline
from app.engine import check
from app.engine.errors import EditRefused
from app.engine.words import count
from app.nodes.catalogue import CATALOGUE
from app.versions import ports, publication
from app.versions.company import Companion, Company, company_of, known_in


@dataclass(frozen=True, slots=True)
class Part:
    """One of the others, and what keeps it from being published: problems, or a refusal."""

    agent: Agent
    revision: int
    outline: Outline
    refusal: str

    @property
    def is_ready(self) -> bool:
        """Whether nothing is in its way."""
        return not self.outline.errors and not self.refusal


@dataclass(frozen=True, slots=True)
class Published:
    """An agent and the version that it got."""

    agent: Agent
    version: AgentVersion


def parts_of(session: Session, company: Company, by: User) -> tuple[Part, ...]:
    """The others of a company as a page shows them to this person."""
    return tuple(_part(session, company, one, by) for one in company.others)


def publish_all(
    session: Session,
    agent: Agent,
    *,
    by: User,
    revisions: Mapping[str, int],
    note: str = "",
    version: str = "",
    confirmed: Collection[str] = (),
) -> tuple[Published, ...]:
    """Publish the agent and the others, itself last: all of them, or none.

    `revisions` are those of all the drafts by the id of their agent, as the person saw them.
    Call inside `writing()`. Raises as `publication.publish` does: DraftMoved when these are not
    the agents or not the drafts any more, EditRefused with the names of those that cannot be.
    """
    company = company_of(session, agent, drafts.draft_of(session, agent).flow_graph.graph)
    _hold(session, [*(one.agent for one in company.others), agent], revisions, company, by)
    made = [_published(session, agent, one, company, by) for one in company.others]
    own = publication.publish(
        session,
        agent,
        by=by,
        expected_revision=revisions[str(agent.id)],
        note=note,
        version=version,
        confirmed=confirmed,
        company=company,
    )
    return (*made, Published(agent, own))


def _hold(
    session: Session,
    everyone: Sequence[Agent],
    revisions: Mapping[str, int],
    company: Company,
    by: User,
) -> None:
    """All drafts stay as they are until the end, and all but the agent's own are ready."""
    held = {str(one.id): drafts.locked(session, one)[1] for one in sorted(everyone, key=_by_id)}
    if {id_: flow.revision for id_, flow in held.items()} != revisions:
        raise DraftMoved
    # Asked of all before anything is noted: an answer to a review waits for us, not we for it.
    refusals = [
        ports.may_publish(session, one, held[str(one.id)].digest, by) or "" for one in everyone
    ]
    _refuse_unready(session, company, refusals)


def _published(
    session: Session, agent: Agent, one: Companion, company: Company, by: User
) -> Published:
    """One of the others; its draft is held, so it is what was checked."""
    version = publication.publish(
        session,
        one.agent,
        by=by,
        expected_revision=one.draft.flow_graph.revision,
        note=f"Published together with “{agent.name}”.",
        company=company,
    )
    return Published(one.agent, version)


def _refuse_unready(session: Session, company: Company, refusals: list[str]) -> None:
    told: list[str] = []
    for one, refusal in zip(company.others, refusals, strict=False):
        errors = len(_outline(session, company, one).errors)
        if errors:
            told.append(f"“{one.agent.name}” has {count(errors, 'thing')} to mend.")
        elif refusal:
            told.append(f"“{one.agent.name}”: {refusal}")
    if told:
        raise EditRefused(" ".join(["Nothing was published.", *told]))


def _part(session: Session, company: Company, one: Companion, by: User) -> Part:
    flow = one.draft.flow_graph
    standing = ports.standing(session, one.agent, flow.digest, by)
    refusal = str(getattr(standing, "refusal", ""))
    return Part(one.agent, flow.revision, _outline(session, company, one), refusal)


def _outline(session: Session, company: Company, one: Companion) -> Outline:
    known = known_in(session, one.agent, company)
    return outline(one.graph, check.problems(one.graph, CATALOGUE, known=known))


def _by_id(agent: Agent) -> str:
    return str(agent.id)
