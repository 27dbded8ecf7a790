"""The flows of the agents that build others; their steps and ids stay the same for good."""

from dataclasses import replace
from itertools import pairwise

from app.engine.edit_parts import ROW_HEIGHT
from app.engine.graph import Graph, Link, Step
from app.engine.values import Json
from app.nodes.catalogue import CATALOGUE

WELCOME = (
    "Tell me what an agent shall do for you: what sets it off, what it looks at, what it decides "
    "and what it does then. I ask at most three questions and draw it. Nothing runs until you say "
    "so."
)
EXAMPLES = (
    "When an enquiry comes in, sort it and draft an answer. Ask me before it is sent.\n"
    "Every weekday at 8, read the newest orders from a table and mail me a summary.\n"
    "When somebody fills in a form, check the amount and ask me above 500 euros."
)


def talking_flow(creator: str, generator: str) -> Graph:
    """Understands the wish, and lets the other two work when enough is known."""
    wish: Json = [{"name": "wish", "value": "{{ steps.understand.wish }}"}]
    workflow: Json = [{"name": "workflow", "value": "{{ steps.draw.answer.workflow }}"}]
    return _in_a_row(
        _step("start000", "start_chat", "start", welcome=WELCOME, examples=EXAMPLES),
        _step("underst0", "understand_wish", "understand", "Understand the wish"),
        _step("creator0", "run_agent", "draw", "Draw the flow", agent=creator, values=wish),
        _step(
            "generat0",
            "run_agent",
            "fill_in",
            "Fill in formulas and code",
            agent=generator,
            values=workflow,
        ),
        ports={"underst0": "enough"},
    )


def building_flow() -> Graph:
    """Draws a flow as a proposal, and answers with it."""
    question: Json = {"key": "wish", "label": "What is wanted", "kind": "long_text"}
    return _in_a_row(
        _step("start000", "start_agent", "start", inputs=[question]),
        _step("compose0", "compose_flow", "draw"),
        _answer("draw"),
    )


def code_flow() -> Graph:
    """Fills in what a proposed flow only says in words, and shows the proposal."""
    question: Json = {"key": "workflow", "label": "Proposal", "required": True}
    return _in_a_row(
        _step("start000", "start_agent", "start", inputs=[question]),
        _step("fillin00", "fill_in_code", "fill_in", workflow="{{ trigger.workflow }}"),
        _answer("fill_in"),
    )


def _answer(key: str) -> Step:
    names = ("workflow", "name", "steps", "missing")
    values: Json = [{"name": one, "value": f"{{{{ steps.{key}.{one} }}}}"} for one in names]
    return _step("answer00", "answer", "answer", kind="values", values=values)


def _step(step_id: str, of: str, key: str, title: str = "", **fields: Json) -> Step:
    known = CATALOGUE[of]
    return Step(
        id=step_id,
        type=of,
        type_version=known.version,
        key=key,
        name=title or known.title,
        fields=known.initial_fields() | fields,
    )


def _in_a_row(*steps: Step, ports: dict[str, str] | None = None) -> Graph:
    placed = tuple(replace(one, x=0, y=at * ROW_HEIGHT) for at, one in enumerate(steps))
    links = tuple(
        Link(f"link{at:04d}", one.id, (ports or {}).get(one.id, "out"), other.id)
        for at, (one, other) in enumerate(pairwise(steps))
    )
    return Graph.from_json(Graph(steps=placed, links=links).to_json())
