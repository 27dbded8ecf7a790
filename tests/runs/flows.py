"""Flows that the tests of runs work with."""

from itertools import pairwise

from app.engine.graph import Graph, Link, Retry, Step
from app.engine.states import OnError
from app.engine.values import Json


def step(word: str, kind: str, fields: dict[str, Json] | None = None, **options: object) -> Step:
    """A step called `word`, which is its key and name too; its id is padded to 8 characters."""
    return Step(
        id=word.ljust(8, "0"),
        type=kind,
        key=word,
        name=word.capitalize(),
        fields=fields or {},
        **options,  # type: ignore[arg-type]
    )


def in_a_row(*steps: Step) -> Graph:
    """The steps, each leading to the next."""
    links = tuple(
        Link(id=f"link{number:04d}", source=one.id, source_port="out", target=next_one.id)
        for number, (one, next_one) in enumerate(pairwise(steps))
    )
    return Graph(steps=steps, links=links)


def form(*keys: str, required: bool = True) -> Step:
    """A start that asks for these texts."""
    inputs: list[Json] = [
        {"key": key, "label": key.capitalize(), "kind": "text", "required": required}
        for key in keys
    ]
    return step("start", "start_form", {"inputs": inputs})


def set_values(word: str, **values: str) -> Step:
    """A step that sets these names to these values."""
    rows: list[Json] = [{"name": name, "value": value} for name, value in values.items()]
    return step(word, "set_values", {"values": rows})


def answer(text: str) -> Step:
    """The answer of the flow."""
    return step("answer", "answer", {"text": text})


def http(word: str, url: str, method: str = "GET", **fields: Json) -> Step:
    """A step that calls an address."""
    return step(word, "http_request", {"method": method, "url": url, **fields})


def greeting() -> Graph:
    """Asks for a name and answers with a greeting."""
    return in_a_row(
        form("name"),
        set_values("greet", greeting="Hello {{ trigger.name }}"),
        answer("{{ steps.greet.greeting }}"),
    )


__all__ = [
    "Graph",
    "OnError",
    "Retry",
    "answer",
    "form",
    "greeting",
    "http",
    "in_a_row",
    "set_values",
    "step",
]
