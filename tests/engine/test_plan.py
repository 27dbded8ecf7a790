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
        (
            (FORM, step("again", "start_form")),
            "The flow has more than one start. Keep one.",
            "again",
        ),
        ((step("one"), FORM), "A step leads to the start. Nothing can.", "form"),
        ((step("form", "start_form", disabled=True),), "The start is switched off.", "form"),
        ((FORM, step("one", type_version=2)), "“one” is a kind of step not known here.", "one"),
        (
            (FORM, step("one", evil=1)),
            "“one” has a setting that it does not know: evil.",
            "one",
        ),
        (
            (FORM, step("one", parent=word("form"))),
            "“one” is inside a loop; loops cannot run yet.",
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
