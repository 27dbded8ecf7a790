"""Ways that come together again, and flows with several ways to begin."""

import pytest

from app.engine.states import RunStatus, StepStatus
from tests.engine.flows import flow, play, step, values, when, word

FORM = step("form", "start_form")
A, B = step("a", values=values(x=1)), step("b", values=values(x=2))


def merged(goes_on: str, links: str) -> object:
    fork = step("fork", "if", conditions=when(1, "is", 1))
    merge = step("merge", "merge", goes_on=goes_on)
    end = step("end", "answer", kind="values", values=values(got="{{ steps.merge }}"))
    return play(flow(FORM, fork, A, B, merge, end, links=links))


BOTH = "form>a form>b a>merge b>merge merge>end fork.yes>a"
ONE = "form>fork fork.yes>a fork.no>b a>merge b>merge merge>end"


@pytest.mark.parametrize("goes_on", ["any", "all"])
def test_all_that_come_are_passed_on(goes_on: str) -> None:
    outcome, notebook = merged(goes_on, BOTH)  # type: ignore[misc]
    assert outcome.answer["got"] == {
        "values": {"a": {"x": 1}, "b": {"x": 2}},
        "first": {"x": 1},
        "list": [{"x": 1}, {"x": 2}],
    }
    assert notebook.record("merge").port == "out"


def test_any_goes_on_with_the_way_that_was_taken() -> None:
    outcome, _ = merged("any", ONE)  # type: ignore[misc]
    assert outcome.answer["got"]["list"] == [{"x": 1}]


def test_all_is_passed_by_when_a_way_was_not_taken() -> None:
    outcome, notebook = merged("all", ONE)  # type: ignore[misc]
    assert outcome.status is RunStatus.SUCCESS
    assert notebook.record("merge").status is StepStatus.SKIPPED


def test_the_first_goes_on_and_the_others_are_ignored() -> None:
    outcome, notebook = merged("first", BOTH)  # type: ignore[misc]
    assert outcome.answer["got"]["list"] == [{"x": 1}]
    assert ("info", "“b” came after the first and was passed by", word("merge")) in notebook.lines
    assert notebook.record("end").status is StepStatus.SUCCESS


def test_the_first_is_passed_by_when_none_comes() -> None:
    never = step("never", "if", conditions=when(1, "is", 2))
    merge = step("merge", "merge", goes_on="first")
    _, notebook = play(flow(FORM, never, A, merge, links="form>never never.yes>a a>merge"))
    assert notebook.record("merge").status is StepStatus.SKIPPED


def test_a_run_begins_at_the_start_that_fired() -> None:
    other = step("other", "start_form")
    end = step("end", "answer", kind="values", values=values(got="{{ steps.a }}/{{ steps.b }}"))
    graph = flow(FORM, other, A, B, end, links="form>a other>b a>end b>end")
    outcome, notebook = play(graph, start=word("other"))
    assert outcome.status is RunStatus.SUCCESS
    assert notebook.record("form").status is StepStatus.SKIPPED
    assert notebook.record("a").status is StepStatus.SKIPPED
    assert notebook.record("b").status is StepStatus.SUCCESS


def test_a_switch_takes_the_first_case_that_is_true() -> None:
    asks = {"value": "{{ trigger.n }}", "operator": "more_than"}
    cases = [
        {"id": "aaaaaaaa", "label": "Big", "value2": 5, **asks},
        {"id": "bbbbbbbb", "label": "", "value2": 2, **asks},
    ]
    inputs = [{"label": "n", "key": "n", "kind": "number"}]
    graph = flow(
        step("form", "start_form", inputs=inputs),
        step("switch", "switch", cases=cases),
        A,
        B,
        step("rest"),
        links="form>switch switch.aaaaaaaa>a switch.bbbbbbbb>b switch.otherwise>rest",
    )
    for number, way, case in ((9, "a", "Big"), (3, "b", "Case 2"), (1, "rest", "Otherwise")):
        _, notebook = play(graph, {"n": number})
        assert notebook.record("switch").output == {"case": case}
        ran = {key for key in ("a", "b", "rest") if notebook.record(key).port}
        assert ran == {way}
