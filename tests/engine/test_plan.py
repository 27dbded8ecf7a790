"""A flow is made ready once per digest; what cannot run at all is refused with its step."""

import pytest

from app.engine import plan as plans
from app.engine.plan import PlanRefused, kept_plan, make_plan, plan
from tests.engine.flows import KINDS, flow, step, values, word

FORM = step("form", "start_form")


def test_the_same_flow_is_planned_once() -> None:
    graph = flow(FORM, step("planned_once"))
    assert kept_plan(graph.digest, KINDS) is None
    made = plan(graph, KINDS)
    assert plan(flow(FORM, step("planned_once")), KINDS) is made
    assert kept_plan(graph.digest, KINDS) is made
    assert kept_plan(graph.digest, dict(KINDS)) is None
    assert made.digest == graph.digest
    assert plan(graph, dict(KINDS)) is not made


def test_the_shelf_keeps_only_so_many_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plans, "_SHELF", plans._Shelf())
    monkeypatch.setattr(plans, "MAX_KEPT_STEPS", 5)
    graphs = [flow(FORM, step(f"s{number}")) for number in range(3)]
    for graph in graphs:
        plan(graph, KINDS)
    kept = [kept_plan(graph.digest, KINDS) is not None for graph in graphs]
    assert kept == [False, True, True]


@pytest.mark.parametrize(
    ("steps", "sentence", "key"),
    [
        ((step("one"),), "The flow has no start. Add a start as its first step.", None),
        ((step("one"), FORM), "A step leads to a start. Nothing can.", "form"),
        ((FORM, step("one", type_version=2)), "“one” is a kind of step not known here.", "one"),
        (
            (FORM, step("one", evil=1)),
            "“one” has a setting that it does not know: evil.",
            "one",
        ),
        (
            (FORM, step("one", parent=word("form"))),
            "“one” is inside “form”, which is no loop.",
            "one",
        ),
    ],
)
def test_what_cannot_run_is_refused(steps: tuple, sentence: str, key: str | None) -> None:  # type: ignore[type-arg]
    with pytest.raises(PlanRefused) as refused:
        make_plan(flow(*steps), KINDS)
    assert refused.value.sentence == sentence
    assert refused.value.step_id == (key and word(key))


def test_a_fault_in_a_setting_does_not_stop_the_plan() -> None:
    made = make_plan(flow(FORM, step("one", values=values(a="{{ oops"))), KINDS)
    assert len(made.steps) == 2


def test_the_start_is_the_one_that_fired_or_the_first_by_hand() -> None:
    off = step("off", "start_form", disabled=True)
    graph = flow(off, FORM, step("one"), links="off>one form>one")
    made = make_plan(graph, KINDS)
    assert made.steps[made.start()].step.key == "form"
    assert made.steps[made.start(word("off"))].step.key == "off"
    with pytest.raises(PlanRefused, match="not in the flow any more"):
        made.start(word("gone"))
    with pytest.raises(PlanRefused, match="The start is switched off"):
        make_plan(flow(off, step("one")), KINDS).start()


def test_loops_are_frames_of_their_own() -> None:
    loop = step("loop", "for_each", items="{{ trigger.list }}")
    inner = step("inner", "for_each", parent=word("loop"), items="{{ item }}")
    deep = step("deep", parent=word("inner"))
    made = make_plan(flow(FORM, loop, inner, deep, step("end"), links="form>loop loop>end"), KINDS)
    assert [one.step.key for one in made.steps] == ["form", "loop", "inner", "deep", "end"]
    assert made.frame.places == (0, 1, 4)
    body = made.steps[1].body
    assert body is not None
    assert (body.places, body.entries) == ((2,), (2,))
