"""A flow is read with care, spelled in one way, and read in an order that people expect."""

import hashlib
import json
from copy import deepcopy
from typing import Any

import pytest

from app.engine.errors import GraphRefused
from app.engine.graph import Graph, Link, Retry
from app.engine.graph_reader import MAX_STEPS
from app.engine.states import OnError
from app.engine.values import canonical
from tests.engine.flows import flow, step, word

FLOW = flow(
    step("form", "start_form"),
    step("one", retry=Retry(2, 1.5), on_error=OnError.CONTINUE, timeout_s=5, default_output=[1]),
    step("two", disabled=True),
)


def raw() -> dict[str, Any]:
    """A good flow as JSON, to be spoiled."""
    return deepcopy(FLOW.to_json())


def test_it_comes_back_as_it_was() -> None:
    assert Graph.from_json(json.loads(json.dumps(FLOW.to_json()))) == FLOW
    assert Graph.from_json({"schema": 1, "nodes": [], "edges": []}) == Graph.empty()


def test_the_digest_is_of_the_meaning_and_not_of_the_spelling() -> None:
    shuffled = json.loads(json.dumps(FLOW.to_json(), sort_keys=True))
    assert Graph.from_json(shuffled).digest == FLOW.digest
    assert len(FLOW.digest) == 64
    assert flow(step("form", "start_form")).digest != FLOW.digest


def test_the_digest_is_of_the_one_spelling_of_its_json() -> None:
    spelled = canonical(FLOW.to_json()).encode()
    assert FLOW.digest == hashlib.sha256(spelled).hexdigest()
    assert FLOW.size_bytes == len(spelled)


def test_the_steps_before_one_are_a_set() -> None:
    graph = flow(step("a"), step("b"), step("c"), links="a>b b>c")
    a, b, c = (one.id for one in graph.steps)
    before = graph.before(c)
    assert before == {a, b}
    assert len(before) == 2
    assert c not in before
    assert "nobody12" not in before
    assert before | {c} == {a, b, c}
    assert not graph.before(a)


def test_lookups() -> None:
    assert FLOW.step(word("one")).key == "one"
    assert FLOW.find("nowhere0") is None
    assert FLOW.before(word("two")) == {word("form"), word("one")}
    assert [link.target for link in FLOW.links_from(word("form"), "out")] == [word("one")]
    assert FLOW.links_from(word("form"), "error") == ()


def test_reading_order_keeps_branches_together() -> None:
    graph = flow(
        step("form", "start_form"),
        step("end"),
        step("no"),
        step("yes"),
        step("yes_b"),
        step("if", "if"),
        links="form>if if.yes>yes yes>yes_b yes_b>end if.no>no no>end",
    )
    assert [one.key for one in graph.order] == ["form", "if", "yes", "yes_b", "no", "end"]


def spoil(path: str, value: object) -> dict[str, Any]:
    """The good flow with one value changed, by a path such as `nodes.0.id`."""
    whole = raw()
    inside: Any = whole
    *way, last = path.split(".")
    for part in way:
        inside = inside[int(part)] if part.isdigit() else inside[part]
    inside[int(last) if last.isdigit() else last] = value
    return whole


DEEP: Any = "bottom"
for _ in range(40):
    DEEP = [DEEP]


@pytest.mark.parametrize(
    ("path", "value", "why"),
    [
        ("schema", 2, "not written in schema 1"),
        ("schema", None, "not written in schema 1"),
        ("extra", 1, "not known here: extra"),
        ("nodes", {}, "must be a list"),
        ("nodes", [7], "must be a group"),
        ("nodes", [{}] * (MAX_STEPS + 1), "too many: 1,000"),
        ("edges", [{}] * 3_001, "too many: 3,000"),
        ("nodes.0.id", "Form0000", "eight small letters"),
        ("nodes.0.id", "form0000\n", "eight small letters"),
        ("nodes.0.id", 5, "eight small letters"),
        ("nodes.0.type", "os.system", "what kind of step"),
        ("nodes.0.key", "__class__", "no key"),
        ("nodes.0.name", "x" * 121, "no fitting name"),
        ("nodes.0.type_version", True, "no known version"),
        ("nodes.0.type_version", 0, "no known version"),
        ("nodes.0.x", "left", "no place"),
        ("nodes.0.x", 1e9, "no place"),
        ("nodes.0.y", True, "no place"),
        ("nodes.0.fields", [], "must be a group"),
        ("nodes.0.fields", {1: 2}, "a name that is not text"),
        ("nodes.0.fields", {"a": DEEP}, "deeper than 32"),
        ("nodes.0.disabled", "no", "neither on nor off"),
        ("nodes.0.on_error", "explode", "what happens if it fails"),
        ("nodes.0.retry", {"times": 11}, "tried again too often"),
        ("nodes.0.retry", {"times": 1, "wait_s": -1}, "waits too long"),
        ("nodes.0.retry", {"forever": True}, "not known here: forever"),
        ("nodes.0.timeout_s", 0, "no fitting time limit"),
        ("nodes.0.note", "x" * 4_001, "too long a note"),
        ("nodes.0.parent", "gone0000", "inside a step that does not exist"),
        ("nodes.0.parent", "form0000", "inside a step that does not exist"),
        ("nodes.0.parent", 5, "unknown loop"),
        ("nodes.0.surprise", 1, "not known here: surprise"),
        ("nodes.0.fields", {"a": float("nan")}, "not plain JSON"),
        ("nodes.1.id", "form0000", "Two steps have the same id"),
        ("nodes.1.key", "form", "Two steps have the same key"),
        ("nodes.1.fields", {"a": "x" * 2_000_000}, "larger than 2 MB"),
        ("edges.0.id", "x", "A link has no id"),
        ("edges.1.id", "link0000", "Two links have the same id"),
        ("edges.0.source", "gone0000", "a step that does not exist"),
        ("edges.0.target", "gone0000", "a step that does not exist"),
        ("edges.0.source_port", "a b", "no way out"),
        ("edges.0.target_port", "", "no way in"),
        ("edges.0.condition", "x", "not known here: condition"),
        ("edges.0.target", "form0000", "lead in a circle"),
        ("edges.1.target", "one00000", "lead in a circle"),
    ],
)
def test_what_is_not_a_flow_is_refused_with_a_sentence(path: str, value: object, why: str) -> None:
    with pytest.raises(GraphRefused) as refused:
        Graph.from_json(spoil(path, value))
    assert why in refused.value.sentence
    assert refused.value.sentence.endswith(".")


@pytest.mark.parametrize("value", [None, [], "flow", 3])
def test_something_else_is_refused(value: object) -> None:
    with pytest.raises(GraphRefused):
        Graph.from_json(value)


def test_links_stay_within_one_loop() -> None:
    graph = flow(step("form", "start_form"), step("loop"), step("inside", parent=word("loop")))
    with pytest.raises(GraphRefused, match="not in the same loop"):
        Graph.from_json(graph.to_json())
    alone = Graph(graph.steps, (Link("link0000", word("form"), "out", word("loop")),))
    assert Graph.from_json(alone.to_json()).step(word("inside")).parent == word("loop")
