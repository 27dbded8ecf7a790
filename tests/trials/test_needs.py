"""Which values of earlier steps a step reads."""

from dataclasses import replace

from app.engine.graph import Graph
from app.trials.needs import needs, starts_before
from tests.runs.flows import answer, form, in_a_row, set_values, step


def _read(graph: Graph, word: str) -> list[tuple[str, str]]:
    one = graph.step(word.ljust(8, "0"))
    start = next(iter(starts_before(graph, one)), None)
    return [(need.source.key, ".".join(need.parts)) for need in needs(graph, one, start=start)]


def test_each_value_is_found_once_by_the_order_of_the_steps() -> None:
    graph = in_a_row(
        form("name"),
        set_values("greet", hello="Hello {{ trigger.name }}"),
        answer("{{ steps.greet.hello }} {{ trigger.name }} {{ steps.greet.hello }}"),
    )
    assert _read(graph, "greet") == [("start", "name")]
    assert _read(graph, "answer") == [("start", "name"), ("greet", "hello")]


def test_a_whole_value_covers_its_parts() -> None:
    graph = in_a_row(
        form("a"),
        set_values("sums", x="1"),
        answer("{{ steps.sums.x }} {{ steps.sums | json }} {{ steps.sums.list[0].y }}"),
    )
    assert _read(graph, "answer") == [("sums", "")]


def test_a_list_is_given_whole() -> None:
    graph = in_a_row(form("a"), set_values("sums", x="1"), answer("{{ steps.sums.list[0].y }}"))
    assert _read(graph, "answer") == [("sums", "list")]


def test_a_start_reads_what_sets_it_off() -> None:
    graph = in_a_row(form("a"), answer("x"))
    assert _read(graph, "start") == [("start", "")]


def test_inside_a_loop_it_reads_what_the_loop_reads() -> None:
    loop = step("each", "for_each", {"list": "{{ trigger.names }}"})
    inside = step("greet", "set_values", {"values": [{"name": "hi", "value": "{{ item }}"}]})
    graph = in_a_row(form("names"), loop)

    graph = replace(graph, steps=(*graph.steps, replace(inside, parent=loop.id)))
    assert _read(graph, "greet") == [("start", "names")]
