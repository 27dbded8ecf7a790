"""Any of the changes of a proposal can be taken over alone: the flow always reads."""

from dataclasses import replace
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.composing.changes import changes, chosen
from app.engine.graph import Graph, Link, Step
from app.engine.graph_reader import check_shape
from app.nodes.catalogue import CATALOGUE

KINDS = ("set_values", "if", "ask_person", "sort_into_categories", "for_each", "send_email")
PORTS: dict[str, tuple[str, ...]] = {
    "if": ("yes", "no"),
    "ask_person": ("approved", "refused"),
    "sort_into_categories": ("categry1", "none"),
}


def _ports(kind: str) -> tuple[str, ...]:
    return PORTS.get(kind, ("out",))


@st.composite
def pairs(draw: st.DrawFn) -> tuple[Graph, Graph]:
    """Two flows that share some steps; links go forward only, loops hold some of the rest."""
    pool = [f"step{number:04}" for number in range(9)]
    return _one(draw, pool), _one(draw, pool)


def _one(draw: st.DrawFn, pool: list[str]) -> Graph:
    ids = draw(st.lists(st.sampled_from(pool), unique=True, max_size=8))
    ids = draw(st.permutations(ids)) if draw(st.booleans()) else sorted(ids)
    steps: list[Step] = [_step(draw, one, ids[:at]) for at, one in enumerate(ids)]
    loops = [one.id for one in steps if one.type == "for_each"]
    placed: list[Step] = []
    for at, one in enumerate(steps):
        earlier = [loop for loop in loops if loop in ids[:at]]
        parent = draw(st.sampled_from([None, *earlier]))
        placed.append(replace(one, parent=parent))
    graph = Graph(steps=tuple(placed))
    links: list[Link] = []
    for at, source in enumerate(placed):
        for target in placed[at + 1 :]:
            if source.parent == target.parent and draw(st.integers(0, 2)) == 0:
                port = draw(st.sampled_from(_ports(source.type)))
                links.append(Link(f"link{len(links):04}", source.id, port, target.id))
    graph = replace(graph, links=tuple(links))
    check_shape(graph)
    return graph


def _step(draw: st.DrawFn, step_id: str, earlier: list[str]) -> Step:
    kind = draw(st.sampled_from(KINDS))
    fields: dict[str, Any] = dict(CATALOGUE[kind].initial_fields())
    words = draw(st.sampled_from(["", "one", "two"]))
    uses = f"{{{{ steps.k_{draw(st.sampled_from(earlier))}.x }}}}" if earlier else ""
    if kind == "set_values":
        fields["values"] = [{"name": "a", "value": words + uses}]
    elif kind == "send_email":
        fields["subject"] = words + uses
    key = draw(st.sampled_from([f"k_{step_id}", f"other_{step_id}"]))
    return Step(step_id, kind, key, draw(st.sampled_from(["A", "B"])), fields=fields)


@settings(max_examples=60, suppress_health_check=list(HealthCheck), deadline=None)
@given(pairs(), st.data())
def test_any_subset_reads(pair: tuple[Graph, Graph], data: st.DataObject) -> None:
    before, after = pair
    told = changes(before, after)
    ids = (
        frozenset(data.draw(st.sets(st.sampled_from([one.id for one in told]))))
        if told
        else frozenset()
    )
    graph = chosen(before, after, ids)
    check_shape(graph)
    assert Graph.from_json(graph.to_json()).digest == graph.digest
    there = {step.id for step in graph.steps}
    assert all(link.source in there and link.target in there for link in graph.links)
    assert all(step.parent is None or step.parent in there for step in graph.steps)
    assert chosen(before, after, ids).digest == graph.digest


@settings(max_examples=30, suppress_health_check=list(HealthCheck), deadline=None)
@given(pairs())
def test_all_and_none(pair: tuple[Graph, Graph]) -> None:
    before, after = pair
    told = changes(before, after)
    ids = [one.id for one in told]
    assert len(set(ids)) == len(ids)
    assert all(one.sentence and set(one.needs) <= set(ids) - {one.id} for one in told)
    assert chosen(before, after, frozenset(ids)) == after
    if told:
        assert chosen(before, after, frozenset()) == before
