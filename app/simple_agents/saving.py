"""Saving the page: what was typed goes into the agent's draft through its one door."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from app.accounts.models import User
from app.agents import drafts, lifecycle
from app.agents.creation import MAX_NAME_CHARS
from app.agents.drafts import DraftMoved
from app.agents.models import Agent
from app.editor.panel import plain_lines, typed_settings
from app.engine.graph import Graph
from app.engine.values import Json
from app.nodes.start_chat import MAX_EXAMPLE_CHARS, MAX_EXAMPLES
from app.simple_agents import shape, tool_choice
from app.simple_agents.shape import SimpleFlow
from app.simple_agents.tool_choice import Names

NO_NAME = "Give the agent a name. It is still called “{name}”."
LONG_NAME = f"Use at most {MAX_NAME_CHARS} characters. It is still called “{{name}}”."


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """What a person has on the page: the name, and the settings of the two steps.

    `revision` and `mark` say which draft the page was made from, `name_was` which name. An
    empty `icon` changes no picture.
    """

    name: str
    name_was: str
    icon: str
    start: Mapping[str, Json]
    agent: Mapping[str, Json]
    revision: int
    mark: str

    @property
    def is_renamed(self) -> bool:
        """Whether the person wrote another name."""
        return self.name != self.name_was

    def name_fault(self, name: str) -> str:
        """What is wrong with the new name; empty when nothing is. `name` is what it has."""
        if not self.name:
            return NO_NAME.format(name=name)
        return LONG_NAME.format(name=name) if len(self.name) > MAX_NAME_CHARS else ""


def typed_of(flow: SimpleFlow | None, sent: MultiDict[str, str], names: Names) -> Typed:
    """What a posted form of the page says; of a flow that it cannot show, the instructions."""
    data = plain_lines(sent)
    start: dict[str, Json] = {}
    agent: dict[str, Json] = {"instructions": data.get("set-instructions", "")}
    if flow is not None:
        start, agent = typed_settings(flow.start, data), typed_settings(flow.agent, data)
        if chosen := data.get("new_tool", ""):
            agent["tools"] = tool_choice.with_tool(agent["tools"], chosen, names)
        if "examples" in data.getlist("shown"):
            start["examples"] = examples_typed(data)
    return Typed(
        name=" ".join(data.get("name", "").split()),
        name_was=data.get("name_was", ""),
        icon="" if data.get("icon") == data.get("icon_was") else data.get("icon", ""),
        start=start,
        agent=agent,
        revision=data.get("revision", default=0, type=int),
        mark=data.get("mark", ""),
    )


def examples_typed(data: MultiDict[str, str]) -> str:
    """The questions, one a line; `remove_example` is the number of one that goes."""
    lines = [" ".join(line.split())[:MAX_EXAMPLE_CHARS] for line in data.getlist("example")]
    gone = data.get("remove_example", type=int)
    kept = [line for number, line in enumerate(lines, start=1) if line and number != gone]
    return "\n".join(kept[:MAX_EXAMPLES])


def save(session: Session, agent: Agent, typed: Typed, *, by: User) -> None:
    """Put it into the draft, and give the agent its new name. Call inside `writing()`.

    Whatever others changed meanwhile stays when the page does not show it. Raises DraftMoved
    when they changed what it shows, EditRefused and GraphRefused as the draft does.
    """

    def command(graph: Graph) -> Graph:
        return shape.with_settings(graph, typed.start, typed.agent)

    try:
        drafts.change(session, agent, by=by, expected_revision=typed.revision, command=command)
    except DraftMoved:
        _, now = drafts.locked(session, agent)
        flow = shape.read(now.graph)
        if flow is None or flow.mark != typed.mark:
            raise
        drafts.change(session, agent, by=by, expected_revision=now.revision, command=command)
    has_name = typed.is_renamed and not typed.name_fault(agent.name)
    lifecycle.describe(
        session,
        agent,
        by=by,
        name=typed.name if has_name else agent.name,
        description=agent.description,
        max_parallel=agent.max_parallel,
        icon=typed.icon,
    )
