"""Small flows that tests of agents work on."""

from app.engine import edit
from app.engine.graph import Graph, Step
from app.nodes.catalogue import CATALOGUE


def greeting() -> Graph:
    """A form that asks for a name, then an answer that greets."""
    graph, start = edit.add_step(Graph.empty(), CATALOGUE["start_form"], name="Ask")
    question = {"label": "Name", "key": "name", "kind": "text", "required": True}
    graph = edit.set_fields(graph, start.id, {"inputs": [{**question, "options": [], "hint": ""}]})
    graph, answer = edit.add_step(graph, CATALOGUE["answer"], after=start.id, name="Greet")
    return edit.set_fields(graph, answer.id, {**answer.fields, "text": "Hello {{ trigger.name }}"})


def named(graph: Graph, name: str) -> Step:
    """The one step with this name."""
    (step,) = (step for step in graph.steps if step.name == name)
    return step


def with_connection(graph: Graph, connection_id: str) -> Graph:
    """The flow with a request behind its first step that uses this connection."""
    graph, step = edit.add_step(
        graph, CATALOGUE["http_request"], after=graph.order[0].id, name="Look up"
    )
    fields = {**step.fields, "url": "https://shop.example/orders", "connection": connection_id}
    return edit.set_fields(graph, step.id, fields)
