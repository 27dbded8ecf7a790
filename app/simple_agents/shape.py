"""What a simple agent is as a flow: a chat message, an agent with tools, and its reply."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from app.engine import edit
from app.engine.errors import EditRefused
from app.engine.graph import Graph, Retry, Step
from app.engine.states import OnError
from app.engine.values import Json, canonical
from app.engine.words import count
from app.llm.material import after_what_was_said
from app.nodes.agent_with_tools import AgentWithTools
from app.nodes.answer import Answer
from app.nodes.catalogue import CATALOGUE
from app.nodes.reply_in_chat import ReplyInChat
from app.nodes.start_chat import StartChat

# The settings that the page shows; all others are left as they are.
OF_START = ("welcome", "examples")
OF_AGENT = ("instructions", "model", "tools", "who", "people", "rounds", "max_tokens", "max_cost")
TASK = after_what_was_said("{{ trigger.text }}")
NOT_SIMPLE = "The flow of this agent does more than this page can show. Change it in the flow."
# What the agent works on: what was said, and the files that came with it.
WORK: Mapping[str, Json] = {"task": TASK, "files": "{{ trigger.files }}"}
_REPLIES = (Answer.type, ReplyInChat.type)
_PLAIN = (OnError.STOP, Retry(), None)


@dataclass(frozen=True, slots=True)
class SimpleFlow:
    """The three steps of a simple agent."""

    start: Step
    agent: Step
    reply: Step

    @property
    def mark(self) -> str:
        """Names what the page shows of it; another word when any of that is different."""
        shown: list[Json] = [
            [step.fields.get(name) for name in names]
            for step, names in ((self.start, OF_START), (self.agent, OF_AGENT))
        ]
        return hashlib.sha256(canonical(shown).encode()).hexdigest()[:32]

    @property
    def has_more(self) -> bool:
        """Whether something is set in the flow that the page does not show."""
        return any(
            (step.on_error, step.retry, step.timeout_s) != _PLAIN or step.note
            for step in (self.start, self.agent, self.reply)
        ) or (_hidden(self.agent), _hidden(self.reply)) != (
            {**_initial(self.agent, OF_AGENT), **WORK},
            {**_initial(self.reply), "text": reply_text(self.agent)},
        )


def first_graph(*, instructions: str = "") -> Graph:
    """The flow that a new simple agent has."""
    graph, start = edit.add_step(Graph.empty(), CATALOGUE[StartChat.type], name="A message comes")
    graph, agent = edit.add_step(
        graph, CATALOGUE[AgentWithTools.type], after=start.id, name="Think and act"
    )
    graph, reply = edit.add_step(graph, CATALOGUE[Answer.type], after=agent.id, name="Reply")
    told: dict[str, Json] = {**agent.fields, "instructions": instructions, **WORK}
    graph = edit.set_fields(graph, agent.id, told)
    return edit.set_fields(graph, reply.id, {**reply.fields, "text": reply_text(agent)})


def read(graph: Graph) -> SimpleFlow | None:
    """The three steps of a flow that the page can show; None for every other flow."""
    by_type = {step.type: step for step in graph.steps}
    start, agent = by_type.get(StartChat.type), by_type.get(AgentWithTools.type)
    reply = next((by_type[one] for one in _REPLIES if one in by_type), None)
    if len(graph.steps) != 3 or start is None or agent is None or reply is None:
        return None
    ways = {(start.id, "out", agent.id), (agent.id, "out", reply.id)}
    if {(one.source, one.source_port, one.target) for one in graph.links} != ways:
        return None
    if any(step.disabled or step.parent for step in graph.steps):
        return None
    return SimpleFlow(start, agent, reply)


def with_settings(graph: Graph, start: Mapping[str, Json], agent: Mapping[str, Json]) -> Graph:
    """The flow with the page's settings of its start and its agent.

    Raises EditRefused for a flow that the page cannot show.
    """
    flow = read(graph)
    if flow is None:
        raise EditRefused(NOT_SIMPLE)
    for step, settings, names in ((flow.start, start, OF_START), (flow.agent, agent, OF_AGENT)):
        known = {name: settings[name] for name in names if name in settings}
        # One that was made before files could be given to a model has no word of them.
        given = WORK if step is flow.agent else {}
        graph = edit.set_fields(graph, step.id, {**given, **step.fields, **known})
    return graph


def why_not(graph: Graph) -> str:
    """Why the page cannot show a flow, in one sentence."""
    if len(graph.steps) > 3:
        return f"Its flow has {count(len(graph.steps), 'step')} now, more than this page can show."
    return "Its flow goes other ways than this page can show."


def reply_text(agent: Step) -> str:
    """What the reply says: the answer of the agent step."""
    return f"{{{{ steps.{agent.key}.text }}}}"


def _hidden(step: Step) -> dict[str, Json]:
    is_agent = step.type == AgentWithTools.type
    shown, given = (OF_AGENT, WORK) if is_agent else ((), {})
    kept = {name: value for name, value in step.fields.items() if name not in shown}
    return {**_initial(step, shown), **given, **kept}


def _initial(step: Step, without: tuple[str, ...] = ()) -> dict[str, Json]:
    fresh = CATALOGUE[step.type].initial_fields()
    return {name: value for name, value in fresh.items() if name not in without}
