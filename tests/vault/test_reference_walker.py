"""The walker finds what a flow refers to, wherever it hides."""

import uuid

import pytest

from app.engine.graph import Graph, Step
from app.engine.values import Json
from app.vault.reference_walker import Reference, connection_ids, references

ONE, TWO, THREE = (uuid.UUID(int=number) for number in (1, 2, 3))


def flow(*fields: dict[str, Json], step_type: str = "http_request") -> Graph:
    steps = [
        Step(f"step000{place}", step_type, f"key{place}", "Step", fields=given)
        for place, given in enumerate(fields)
    ]
    return Graph(steps=tuple(steps), links=())


def test_it_works() -> None:
    graph = flow({"connection": str(TWO)}, {"connection": ""}, {"connection": str(ONE)})
    assert references(graph) == (
        Reference("step0000", "connection", TWO),
        Reference("step0002", "connection", ONE),
    )
    assert connection_ids(graph) == {ONE, TWO}


def test_references_are_found_at_any_depth_and_in_unknown_steps() -> None:
    deep: Json = {"list": [{"a": [{"connection_id": str(ONE)}]}], "secret": [str(TWO)]}
    graph = flow({"tools": deep, "agent": str(THREE), "secret_id": str(TWO)}, step_type="unknown")
    assert references(graph) == (
        Reference("step0000", "agent", THREE),
        Reference("step0000", "connection", ONE),
        Reference("step0000", "secret", TWO),
    )


@pytest.mark.parametrize(
    "value", [None, 7, True, "", "nonsense", "{{ trigger.connection }}", {"connection": None}, []]
)
def test_what_is_no_reference_is_passed_over(value: Json) -> None:
    assert references(flow({"connection": value})) == ()


def test_words_that_only_look_alike_are_none() -> None:
    assert references(flow({"body": str(ONE), "connections": [str(ONE)], "url": str(ONE)})) == ()
