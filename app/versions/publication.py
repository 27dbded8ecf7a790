"""Publishing: the draft is frozen as a version with a number, and becomes the active one."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.agents import drafts, graph_rows, lifecycle
from app.agents import ports as agents_ports
from app.agents.models import Agent, AgentVersion, FlowGraph, Origin, VersionStatus
from app.audit import trail
from app.engine import check
from app.engine.check import Problem
from app.engine.errors import EditRefused
from app.engine.graph import SCHEMA, Graph
from app.engine.problem import Known
from app.engine.reach_card import Touch
from app.engine.reach_card_words import words_of
from app.lib import clock
from app.nodes.catalogue import CATALOGUE
from app.versions import description, numbering, ports
from app.versions.company import ALONE, Company, known_in
from app.versions.comparison import Comparison, Side, compare
from app.versions.source import as_text

NO_REACH = "Touch nothing outside its own run"
_BESIDE_BEHAVIOUR = frozenset({"capabilities", "command"})


class PublicationRefused(Exception):
    """The draft has problems that keep it from working; nothing was published."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(f"{len(problems)} problems")
        self.problems = tuple(problems)


class WideningRefused(Exception):
    """The draft can touch more than the active version, and nobody has said yes to all of it."""

    def __init__(self, touches: Sequence[Touch]) -> None:
        super().__init__(f"{len(touches)} things")
        self.touches = tuple(touches)


def publish(
    session: Session,
    agent: Agent,
    *,
    by: User,
    expected_revision: int,
    note: str = "",
    version: str = "",
    confirmed: Collection[str] = (),
    company: Company = ALONE,
) -> AgentVersion:
    """Freeze the draft as the agent's new active version.

    `version` is what it is called, by default what follows from the change. `confirmed` are the
    keys of what the draft can touch and the active version could not; all of it must be there.
    `company` are those that are published in the same act.

    Raises PublicationRefused while the draft has errors, DraftMoved when it is not at
    `expected_revision` any more, WideningRefused when something in `confirmed` is missing,
    EditRefused when it is put away, nothing is new, the name is no later one or others must agree.
    """
    draft, flow_graph = drafts.locked(session, agent)
    known = known_in(session, agent, company)
    _refuse_unready(agent, flow_graph, expected_revision, known)
    compared = compared_draft(session, agent, draft, known, company)
    _refuse_unconfirmed(compared.wider, confirmed)
    is_own = agent.origin is Origin.LAMPLIGHT  # its flow is part of the program
    if not is_own and (why := ports.may_publish(session, agent, flow_graph.digest, by)):
        raise EditRefused(why)
    approved_by = list(ports.approvers(session, agent, flow_graph.digest, by))
    name = numbering.checked(version or proposed(agent, compared), after=agent.version)
    words = description.text_of(agent, compared.after, known, reach=compared.reach)
    flow_graph.freeze()
    agent.capabilities = [words_of(one) for one in compared.reach] or [NO_REACH]
    agent.src = as_text(agent, compared.after, known)
    made = _frozen(session, agent, compared.after, name=name, words=words, note=note, by=by)
    _make_active(session, agent, made)
    _note(session, agent, by, made, compared.wider, approved_by)
    agents_ports.tell(session, agent, "published")
    return made


def compared_draft(
    session: Session, agent: Agent, draft: AgentVersion, known: Known, company: Company = ALONE
) -> Comparison:
    """The draft beside the active version, if there is one."""
    sides = active_side(agent), draft_side(agent, draft)
    return compare(session, agent, *sides, known, beside=company.flows)


def proposed(agent: Agent, compared: Comparison) -> str:
    """What the next version is called, going by what is different in it."""
    return numbering.following(agent.version, compared.difference.size)


def draft_side(agent: Agent, draft: AgentVersion) -> Side:
    """The draft, with what it would be published as."""
    graph = draft.flow_graph.graph
    return Side(draft, graph, spec(agent, graph))


def version_side(version: AgentVersion) -> Side:
    """A published version."""
    return Side(version, version.flow_graph.graph, version.spec_json)


def active_side(agent: Agent) -> Side | None:
    """The version that runs by itself, if there is one."""
    return version_side(agent.active_version) if agent.active_version else None


def spec(agent: Agent, graph: Graph) -> dict[str, Any]:
    """All that decides how the agent behaves; running, comparing and restoring read this."""
    starts = [step for step in graph.steps if _is_start(step.type)]
    return {
        "schema": SCHEMA,
        "graph": graph.digest,
        "type": agent.type.value,
        "system_message": agent.system_message,
        "config": agent.config,
        "capabilities": agent.capabilities,
        "command": agent.command,
        "models": [],
        "triggers": [{"step": step.id, "type": step.type} for step in starts],
    }


def is_news(agent: Agent, graph: Graph) -> bool:
    """Whether publishing this graph would change how the agent behaves."""
    active = agent.active_version
    return active is None or not same_behaviour(active.spec_json, spec(agent, graph))


def same_behaviour(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether two specs are of agents that work the same.

    What it may do follows from its steps and those of others; the command counts at once.
    """
    names = (one.keys() | other.keys()) - _BESIDE_BEHAVIOUR
    return all(one.get(name) == other.get(name) for name in names)


def _refuse_unready(
    agent: Agent, flow_graph: FlowGraph, expected_revision: int, known: Known
) -> None:
    if agent.is_archived:
        raise EditRefused("This agent is put away. Bring it back before you publish it.")
    lifecycle.refuse_built_in(agent)
    if flow_graph.revision != expected_revision:
        raise drafts.DraftMoved
    graph = flow_graph.graph
    found = check.problems(graph, CATALOGUE, known=known)
    errors = [problem for problem in found if problem.severity == "error"]
    if errors:
        raise PublicationRefused(errors)
    if not is_news(agent, graph):
        raise EditRefused(f"Nothing has changed since version {agent.version}.")


def _refuse_unconfirmed(wider: Sequence[Touch], confirmed: Collection[str]) -> None:
    missing = [one for one in wider if one.key not in confirmed]
    if missing:
        raise WideningRefused(missing)


def _frozen(
    session: Session, agent: Agent, side: Side, *, name: str, words: str, note: str, by: User
) -> AgentVersion:
    return AgentVersion(
        workspace_id=agent.workspace_id,
        agent_id=agent.id,
        version_number=_next_number(session, agent),
        version=name,
        spec_markdown=words,
        spec_json={**side.spec, "capabilities": list(agent.capabilities)},
        flow_graph_id=side.row.flow_graph_id,
        status=VersionStatus.ACTIVE,
        note=note,
        created_by=by.id,
        published_at=clock.now(),
    )


def _make_active(session: Session, agent: Agent, version: AgentVersion) -> None:
    """The earlier one first: the database allows one active version at any moment."""
    earlier = agent.active_version
    session.execute(
        update(AgentVersion)
        .where(AgentVersion.agent_id == agent.id, AgentVersion.status == VersionStatus.ACTIVE)
        .values(status=VersionStatus.ARCHIVED)
    )
    session.add(version)
    session.flush()
    agent.active_version_id, agent.version = version.id, version.version
    agent.updated_at = clock.now()
    session.flush()
    session.expire(agent, ["active_version"])
    if earlier is not None:
        graph_rows.drop_unused(session, earlier.flow_graph_id)


def _note(
    session: Session,
    agent: Agent,
    by: User,
    version: AgentVersion,
    wider: Sequence[Touch],
    approved_by: list[str],
) -> None:
    confirmed = {"confirmed": [words_of(one) for one in wider]} if wider else {}
    approved = {"approved_by": approved_by} if approved_by else {}
    trail.record(
        session,
        "agent_published",
        workspace_id=agent.workspace_id,
        actor_id=by.id,
        subject=agent.name,
        details={"agent": str(agent.id), "version": version.version, **confirmed, **approved},
    )


def _next_number(session: Session, agent: Agent) -> int:
    newest = session.scalar(
        select(func.max(AgentVersion.version_number)).where(AgentVersion.agent_id == agent.id)
    )
    return (newest or 0) + 1


def _is_start(step_type: str) -> bool:
    return step_type in CATALOGUE and CATALOGUE[step_type].is_start
