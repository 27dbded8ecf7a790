"""An enquiry desk: its flow as it was published, and as somebody changed it since."""

from dataclasses import replace

from app.engine import edit
from app.engine.graph import Graph
from app.engine.values import Json
from app.nodes.catalogue import CATALOGUE
from tests.agents.flows import named

ROW = 120


def enquiry_desk() -> Graph:
    """It looks an order up, asks a person above a limit, and answers."""
    graph, start = edit.add_step(Graph.empty(), CATALOGUE["start_form"], name="New enquiry")
    asked: Json = [
        _question("Customer", "customer", "text"),
        _question("Amount", "amount", "number"),
    ]
    graph = _set(graph, start.id, inputs=asked)
    graph, find = edit.add_step(
        graph, CATALOGUE["http_request"], after=start.id, name="Find the order"
    )
    graph = _set(graph, find.id, url="https://shop.example/orders/{{ trigger.customer }}")
    graph, limit = edit.add_step(graph, CATALOGUE["if"], after=find.id, name="Over the limit?")
    graph = _set(graph, limit.id, conditions=_limit("100"))
    graph, ask = edit.add_step(
        graph, CATALOGUE["ask_person"], after=limit.id, port="yes", name="Ask Mei Lin"
    )
    who = "mei@harbour.example"
    graph = _set(graph, ask.id, title="Refund {{ trigger.amount }}?", who="people", people=who)
    graph, mark = edit.add_step(
        graph, CATALOGUE["set_variable"], after=ask.id, port="approved", name="Mark for later"
    )
    graph = _set(graph, mark.id, name="later", value="{{ trigger.customer }}")
    graph, answer = edit.add_step(graph, CATALOGUE["answer"], after=mark.id, name="Draft an answer")
    text = "Be short and friendly. Answer in the customer’s language. Say what comes next."
    graph = _set(graph, answer.id, text=text)
    return _in_a_row(edit.go_to(graph, limit.id, "no", answer.id))


def changed(graph: Graph) -> Graph:
    """A lower limit, other words, one step gone, and two that reach further."""
    graph = _set(graph, named(graph, "Over the limit?").id, conditions=_limit("80"))
    text = (
        "Be short and warm, and say sorry only once. Answer in the customer’s language. "
        "Never promise a delivery date. Say what comes next."
    )
    graph = _set(graph, named(graph, "Draft an answer").id, text=text)
    graph = edit.remove_step(graph, named(graph, "Mark for later").id)
    asked = named(graph, "Ask Mei Lin").id
    graph, tell = edit.add_step(
        graph, CATALOGUE["http_request"], after=asked, port="approved", name="Tell the team"
    )
    graph = _set(graph, tell.id, url="https://hooks.chat.example/team", method="POST")
    graph, mail = edit.add_step(
        graph, CATALOGUE["send_email"], after=tell.id, name="Mail the customer"
    )
    to = "{{ trigger.customer }}"
    return _in_a_row(_set(graph, mail.id, to=to, subject="Your refund", text="It is on its way."))


def _question(label: str, key: str, kind: str) -> Json:
    asked: dict[str, Json] = {"label": label, "key": key, "kind": kind, "required": True}
    return {**asked, "options": [], "hint": ""}


def _limit(amount: str) -> Json:
    row: Json = {"value": "{{ trigger.amount }}", "operator": "more_than", "value2": amount}
    return {"match": "all", "rows": [row]}


def _set(graph: Graph, step_id: str, **fields: Json) -> Graph:
    return edit.set_fields(graph, step_id, {**graph.step(step_id).fields, **fields})


def _in_a_row(graph: Graph) -> Graph:
    rows = {step.id: at * ROW for at, step in enumerate(graph.order)}
    return replace(graph, steps=tuple(replace(one, x=0, y=rows[one.id]) for one in graph.steps))
