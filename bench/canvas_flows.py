"""Flows for the figures of the editor: the small one of every comparison, and large ones."""

from itertools import pairwise

from app.engine.graph import Graph, Link, Step
from app.engine.values import Json

COLUMNS = 8
APART_X, APART_Y = 280, 120
BRANCH = 10  # every tenth step asks something


def five_steps() -> Graph:
    """Webhook, values, a question, an HTTP request, an answer."""
    rows: Json = [{"value": "{{ steps.values.amount }}", "operator": "more_than", "value2": 10}]
    amount: Json = [{"name": "amount", "value": "{{ trigger.body.amount }}"}]
    fields: tuple[tuple[str, str, dict[str, Json]], ...] = (
        ("start_webhook", "Order comes in", {"answer": "flow"}),
        ("set_values", "Values", {"values": amount}),
        ("if", "Is it large?", {"conditions": {"match": "all", "rows": rows}}),
        ("http_request", "Ask the price", {"url": "https://prices.example/v1/price"}),
        ("answer", "Say it", {"kind": "text", "text": "It costs {{ steps.ask_the_price.body }}"}),
    )
    steps = [
        Step(f"five{n:04}", kind, _key(name), name, y=n * APART_Y, fields=given)
        for n, (kind, name, given) in enumerate(fields)
    ]
    return Graph(steps=tuple(steps), links=_links(steps))


def large(count: int) -> Graph:
    """A flow of `count` steps in rows that run to and fro, a question in every tenth."""
    asked: Json = [{"label": "Name", "key": "name", "kind": "text"}]
    start = Step("step0000", "start_form", "start", "New order", fields={"inputs": asked})
    steps = [start, *(_one(number) for number in range(1, count))]
    return Graph(steps=tuple(steps), links=_links(steps))


def _one(number: int) -> Step:
    row, at = divmod(number, COLUMNS)
    x = (at if row % 2 == 0 else COLUMNS - 1 - at) * APART_X
    if number % BRANCH == 0:
        rows: Json = [{"value": f"{number}", "operator": "more_than", "value2": 10}]
        fields: dict[str, Json] = {"conditions": {"match": "all", "rows": rows}}
        kind, name = "if", f"Is {number} large?"
    else:
        text = f"Order {number} of {{{{ trigger.name }}}}"
        kind, name, fields = "set_values", f"Note {number}", {"values": [_value("text", text)]}
    return Step(
        f"step{number:04}", kind, f"step_{number}", name, x=x, y=row * APART_Y, fields=fields
    )


def _value(name: str, value: str) -> Json:
    return {"name": name, "value": value}


def _links(steps: list[Step]) -> tuple[Link, ...]:
    return tuple(
        Link(f"link{number:04}", one.id, "yes" if one.type == "if" else "out", other.id)
        for number, (one, other) in enumerate(pairwise(steps))
    )


def _key(name: str) -> str:
    return name.lower().rstrip("?").replace(" ", "_")
