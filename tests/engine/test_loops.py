"""Loops: each item once, in order, several at a time, stopping or going on when one fails."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from app.engine.outcome import Limits
from app.engine.record import StepRecord
from app.engine.states import OnError, RunMode, RunStatus, StepStatus
from tests.engine.flows import Notebook, World, flow, play, step, values, when, word

START = step("form", "start_form")


@pytest.fixture
def executor() -> Iterator[ThreadPoolExecutor]:
    """Threads for steps that meet the world."""
    with ThreadPoolExecutor(8) as threads:
        yield threads


def looped(*body: Any, items: Any, links: str = "", **how: Any) -> Any:
    """A flow of a start, a loop around these steps, and an answer of what came of it."""
    inside = list(body)
    loop = step("loop", "for_each", items=items, **how)
    end = step("end", "answer", kind="values", values=values(got="{{ steps.loop }}"))
    ways = f"form>loop loop>end {links}"
    return flow(START, loop, *inside, end, links=ways)


def body(key: str, kind: str = "set_values", /, **given: Any) -> Any:
    """A step inside the loop."""
    return step(key, kind, parent=word("loop"), **given)


def ended(notebook: Notebook) -> dict[tuple[str, str], StepRecord]:
    """Every final record by step and item; none twice."""
    found: dict[tuple[str, str], StepRecord] = {}
    for what, record, _ in notebook.calls:
        if what == "ended":
            assert (record.step_id, record.iteration) not in found
            found[record.step_id, record.iteration] = record
    return found


def test_each_item_goes_through_the_steps_inside() -> None:
    graph = looped(
        body("double", values=values(sum="{{ item.price }} for {{ item.name }} at {{ index }}")),
        items=[{"name": "lamp", "price": 3}, {"name": "bulb", "price": 1}],
        collect="{{ steps.double.sum }}",
    )
    outcome, notebook = play(graph)
    assert outcome.status is RunStatus.SUCCESS
    assert outcome.answer["got"] == {
        "items": ["3 for lamp at 0", "1 for bulb at 1"],
        "count": 2,
        "errors": [],
    }
    records = ended(notebook)
    assert records[word("double"), "0"].status is StepStatus.SUCCESS
    assert records[word("double"), "1"].output == {"sum": "1 for bulb at 1"}
    assert records[word("loop"), ""].output == outcome.answer["got"]


def test_without_a_setting_the_last_step_of_an_item_counts() -> None:
    graph = looped(
        body("one", values=values(a="{{ item }}")),
        body("two", values=values(b="{{ steps.one.a }}")),
        items=[1, 2],
        links="one>two",
    )
    outcome, _ = play(graph)
    assert outcome.answer["got"]["items"] == [{"b": 1}, {"b": 2}]


def test_branches_inside_are_decided_for_each_item() -> None:
    graph = looped(
        body("is_big", "if", conditions=when("{{ item }}", "more_than", 5)),
        body("big", values=values(size="big")),
        body("small", values=values(size="small")),
        items=[9, 1],
        links="is_big.yes>big is_big.no>small",
        collect="{{ steps.big.size }}{{ steps.small.size }}",
    )
    outcome, notebook = play(graph)
    assert outcome.answer["got"]["items"] == ["big", "small"]
    assert ended(notebook)[word("small"), "0"].status is StepStatus.SKIPPED


def test_loops_stand_inside_loops() -> None:
    inner = step("inner", "for_each", parent=word("loop"), items="{{ item }}")
    deep = step("deep", parent=word("inner"), values=values(x="{{ item }}/{{ index }}"))
    graph = looped(inner, deep, items=[["a", "b"], ["c"]], collect="{{ steps.inner.items }}")
    outcome, notebook = play(graph)
    assert outcome.answer["got"]["items"] == [[{"x": "a/0"}, {"x": "b/1"}], [{"x": "c/0"}]]
    assert ended(notebook)[word("deep"), "0.1"].output == {"x": "b/1"}


@pytest.mark.parametrize("items", ["text", 7, None, {"a": 1}, True])
def test_what_is_no_list_is_refused_in_words(items: Any) -> None:
    outcome, _ = play(looped(body("one"), items=items))
    assert outcome.status is RunStatus.FAILED
    assert outcome.error is not None
    assert "“Go through”" in outcome.error


def test_an_empty_list_and_an_empty_body_are_fine() -> None:
    outcome, notebook = play(looped(body("one"), items=[]))
    assert outcome.answer["got"] == {"items": [], "count": 0, "errors": []}
    assert word("one") not in {step_id for step_id, _ in ended(notebook)}
    outcome, _ = play(looped(items=[1, 2, 3]))
    assert outcome.answer["got"]["items"] == [None, None, None]


def test_too_many_items_are_refused() -> None:
    outcome, _ = play(looped(body("one"), items=list(range(11))), limits=Limits(max_items=10))
    assert outcome.error == (
        "The list has 11 items; a loop goes through 10 at most. Take a part of it first."
    )


def test_a_failing_item_stops_the_loop() -> None:
    graph = looped(body("one", values=values(x="{{ item.name }}")), items=[{"name": 1}, {}, {}])
    outcome, notebook = play(graph)
    assert outcome.status is RunStatus.FAILED
    assert outcome.error is not None
    assert outcome.error.startswith("Item 2 of 3: ")
    records = ended(notebook)
    assert records[word("one"), "1"].status is StepStatus.FAILED
    assert (word("one"), "2") not in records
    assert records[word("end"), ""].status is StepStatus.CANCELLED


def test_failing_items_can_be_noted() -> None:
    graph = looped(
        body("one", values=values(x="{{ item.name }}")),
        body("two", values=values(y="{{ steps.one.x }}")),
        items=[{"name": "a"}, {}, {"name": "c"}],
        if_item_fails="note",
        links="one>two",
    )
    outcome, notebook = play(graph)
    assert outcome.answer["got"]["items"] == [{"y": "a"}, {"y": "c"}]
    assert outcome.answer["got"]["errors"] == [
        {"index": 1, "item": {}, "error": outcome.answer["got"]["errors"][0]["error"]}
    ]
    assert "name" in outcome.answer["got"]["errors"][0]["error"]
    assert ended(notebook)[word("two"), "1"].status is StepStatus.CANCELLED


def test_a_failed_loop_may_be_forgiven_as_any_step() -> None:
    graph = looped(
        body("one", values=values(x="{{ item.name }}")),
        items=[{}],
        on_error=OnError.CONTINUE,
        default_output={"items": []},
    )
    outcome, _ = play(graph)
    assert outcome.status is RunStatus.SUCCESS
    assert outcome.answer["got"] == {"items": []}


def test_an_inner_loop_ends_with_the_item_it_is_in(executor: ThreadPoolExecutor) -> None:
    world = World()
    inner = step("inner", "for_each", parent=word("loop"), items=list(range(50)))
    deep = step("deep", "outside", parent=word("inner"), how="well")
    fails = body("fails", "outside", how="shaky")
    world.failures["shaky"] = 1
    outcome, _ = play(looped(inner, deep, fails, items=[1]), world=world, executor=executor)
    assert outcome.status is RunStatus.FAILED
    assert outcome.error == "Item 1 of 1: The other side was busy."
    assert len(world.seen) < 52


def test_several_items_are_under_way_at_once(executor: ThreadPoolExecutor) -> None:
    world = World()
    graph = looped(body("out", "outside", how="gate"), items=list(range(12)), at_once=4)
    notebook = Notebook(on_tick=lambda _: world.gate.set() if world.busy >= 4 else None)
    outcome, _ = play(graph, world=world, executor=executor, notebook=notebook)
    assert outcome.status is RunStatus.SUCCESS
    assert world.most_busy == 4
    assert len(outcome.answer["got"]["items"]) == 12


def test_every_item_has_a_key_of_its_own(executor: ThreadPoolExecutor) -> None:
    world = World()
    graph = looped(body("out", "outside", does="write"), items=[1, 2])
    play(graph, world=world, executor=executor)
    assert [key for key, _ in world.seen] == [f"run1:{word('out')}:0", f"run1:{word('out')}:1"]


def test_a_second_claim_goes_on_in_the_middle_of_a_loop() -> None:
    world = World()
    graph = looped(body("out", "outside", does="write"), items=[1, 2, 3])
    loop_begun = StepRecord(word("loop"), "for_each", "", StepStatus.RUNNING)
    form = StepRecord(word("form"), "start_form", "", StepStatus.SUCCESS, output={}, port="out")
    done = StepRecord(
        word("out"), "outside", "0", StepStatus.SUCCESS, output={"mode": "before"}, port="out"
    )
    history = {(one.step_id, one.iteration): one for one in (form, loop_begun, done)}
    outcome, _ = play(graph, world=world, history=history)
    assert [one["mode"] for one in outcome.answer["got"]["items"]] == ["before", "live", "live"]
    assert len(world.seen) == 2


def test_a_rehearsal_writes_nothing_in_a_loop() -> None:
    world = World()
    graph = looped(body("out", "outside", does="write"), items=[1, 2])
    outcome, _ = play(graph, world=world, mode=RunMode.REHEARSAL)
    assert world.seen == []
    assert outcome.answer["got"]["items"][0]["rehearsed"] is True


def test_ten_thousand_items_end() -> None:
    outcome, _ = play(looped(body("one", values=values(x="{{ index }}")), items=["x"] * 10_000))
    assert outcome.answer["got"]["count"] == 10_000


def test_more_steps_than_allowed_end_the_run() -> None:
    graph = looped(body("one"), items=list(range(50)))
    outcome, _ = play(graph, limits=Limits(max_steps=20))
    assert outcome.error == "The run came to more than 20 steps."
