"""What `lamplight run` asks for: who starts which agent with what, checked as on its page."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from app import database
from app.accounts.models import User
from app.agents.models import Agent, AgentVersion
from app.agents.settings import tidy_command
from app.agents.surroundings import problems_of
from app.commands.command import CommandRefused
from app.engine.form_inputs import FormInput, InputKind, settle_answers
from app.engine.graph import Graph, Step
from app.engine.states import TriggerType
from app.engine.values import Json
from app.engine.words import listed
from app.model import storable
from app.nodes.catalogue import CATALOGUE
from app.nodes.start_form import inputs_of
from app.runs import starting
from app.runs.starting import Start
from app.vault.keys import Keyring
from app.workspaces.models import Member, Workspace
from app.workspaces.roles import may

FROM_SHELL = "Command line"
_STARTS = ("start_form", "start_chat")  # the first of these that the flow has


@dataclass(frozen=True, slots=True)
class Request:
    """As it was typed; `text` is what standard input held if that was no JSON object."""

    agent: str
    person: str | None = None
    workspace: str | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    text: str = ""


def start(session: Session, keyring: Keyring, request: Request) -> tuple[uuid.UUID, str]:
    """Start the agent's active version; gives the run and the lane to ring.

    Raises CommandRefused with the reason.
    """
    member, agent = _found(session, request)
    version = agent.active_version
    if agent.is_archived:
        raise CommandRefused(f"“{agent.name}” was put away. Bring it back first.")
    if version is None:
        raise CommandRefused(f"“{agent.name}” has not been published yet.")
    graph = version.flow_graph.graph
    errors = [one for one in problems_of(session, agent, graph) if one.severity == "error"]
    if errors:
        raise CommandRefused(f"“{agent.name}” cannot run: {errors[0].text}")
    step = _start_step(agent, graph)
    begin = Start(
        payload=_payload(step, request, member.user),
        trigger_type=TriggerType.MANUAL,
        by=member.user,
        start_node_id=step.id,
        trigger_words=FROM_SHELL,
    )
    return _accepted(session, keyring, agent, version, begin)


def _accepted(
    session: Session, keyring: Keyring, agent: Agent, version: AgentVersion, begin: Start
) -> tuple[uuid.UUID, str]:
    with database.writing(session):
        run = starting.start(session, keyring, agent=agent, version=version, begin=begin)
        return starting.identity(run), begin.lane.value


def _found(session: Session, request: Request) -> tuple[Member, Agent]:
    """The agent in a workspace of the person, who may start runs there."""
    person = _person(session, request.person)
    query = select(Member).join(Workspace).where(Member.user_id == person.id)
    if request.workspace:
        query = query.where(Workspace.slug == request.workspace)
    members = session.scalars(query).unique().all()
    if not members:
        where = f" “{request.workspace}”" if request.workspace else ""
        raise CommandRefused(f"{person.email} is in no workspace{where}.")
    found = [(one, agent) for one in members for agent in _called(session, one, request.agent)]
    if not found:
        raise CommandRefused(
            f"There is no agent with the command or address “{request.agent}” for {person.email}. "
            "Commands are set on the agent's page, under Settings."
        )
    if len(found) > 1:
        slugs = listed([member.workspace.slug for member, _ in found], "or")
        raise CommandRefused(f"Several workspaces have it. Say which: --workspace {slugs}.")
    member, agent = found[0]
    if not may(member.role, "runs.start"):
        raise CommandRefused(
            f"{person.email} may look at agents in {member.workspace.name}, not start them."
        )
    return member, agent


def _person(session: Session, email: str | None) -> User:
    if email is None:
        people = session.scalars(select(User).limit(2)).all()
        if len(people) == 1:
            return people[0]
        raise CommandRefused("Say who starts it: --as EMAIL.")
    address = email.strip().casefold()
    found = session.scalars(select(User).where(func.lower(User.email) == address)).first()
    if found is None:
        raise CommandRefused(f"Nobody has an account with {email}.")
    return found


def _called(session: Session, member: Member, word: str) -> Sequence[Agent]:
    """The agent with this command; else the one with this slug."""
    wanted = tidy_command(word)
    agents = session.scalars(
        select(Agent).where(
            Agent.workspace_id == member.workspace_id,
            or_(Agent.command == wanted, Agent.slug == wanted),
        )
    ).all()
    return [one for one in agents if one.command == wanted] or agents


def _start_step(agent: Agent, graph: Graph) -> Step:
    starts = [step for step in graph.order if not step.disabled]
    for kind in _STARTS:
        for step in starts:
            if step.type == kind:
                return step
    for step in starts:
        if step.type in CATALOGUE and CATALOGUE[step.type].is_start:
            return step
    raise CommandRefused(f"“{agent.name}” has no start.")


def _payload(step: Step, request: Request, person: User) -> dict[str, Json]:
    if step.type == "start_chat":
        text = request.text or str(request.values.get("text") or "")
        if not text.strip():
            raise CommandRefused("It answers messages. Say one: --input text=… or --input -.")
        return {"text": storable(text), "person": {"name": person.name, "email": person.email}}
    if step.type != "start_form":
        return storable(dict(request.values))  # type: ignore[no-any-return]  # a dict stays one
    return _answers(inputs_of(step.fields), request)


def _answers(asked: Sequence[FormInput], request: Request) -> dict[str, Json]:
    values = dict(request.values)
    if request.text.strip():
        values = {_for_text(asked, values): request.text, **values}
    keys = [one.key for one in asked]
    unknown = [key for key in values if key not in keys]
    if unknown:
        known = f"It asks for {listed(keys)}." if keys else "It asks nothing."
        raise CommandRefused(f"It does not ask for {listed(unknown)}. {known}")
    if any(one.kind is InputKind.FILE and one.required for one in asked):
        raise CommandRefused("It asks for a file. Start it on its page.")
    payload, wrong = settle_answers(asked, storable(values))
    if wrong:
        said = (f"{key}: {sentence}" for key, sentence in wrong.items())
        raise CommandRefused("\n".join(said))
    return payload


def _for_text(asked: Sequence[FormInput], values: Mapping[str, Any]) -> str:
    """The question that standard input answers: the first long text, else the first text."""
    for kind in (InputKind.LONG_TEXT, InputKind.TEXT):
        for one in asked:
            if one.kind is kind and one.key not in values:
                return one.key
    raise CommandRefused("It asks for no text, so standard input has to be a JSON object.")
