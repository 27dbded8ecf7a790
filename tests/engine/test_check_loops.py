"""What is wrong with loops, with several starts and with what steps choose, in plain words."""

import itertools
from typing import Any

import pytest

from app.engine.check import Known, Problem, problems
from app.engine.graph import Graph, Retry, Step
from tests.engine.flows import KINDS, asked, flow, step, values, when, word

FORM = step("form", "start_form", inputs=asked("name"))
CLOCK = step("clock", "start_schedule")
HERE = Known(
    variables=frozenset({"shop"}),
    choices={"agents": {"a1": "Sorter"}, "tables": {"t1": "Orders"}},
)


def texts(graph: Graph) -> list[str]:
    """The sentences that the check says."""
    return [one.text for one in problems(graph, KINDS, known=HERE)]


def loop(key: str = "loop", **given: Any) -> Step:
    """A loop through a list of the workspace."""
    return step(key, "for_each", **{"items": "{{ vars.shop }}", **given})


def inside(key: str, template: str = "yes", parent: str = "loop") -> Step:
    """A step in a loop that writes down a value."""
    return step(key, values=values(x=template), parent=word(parent))


def test_a_good_loop_has_no_problems() -> None:
    graph = flow(
        FORM,
        step("before"),
        loop(collect="{{ steps.price.x }} {{ item.id }} {{ index }} {{ steps.before.done }}"),
        inside("look", "{{ item.id }} {{ index }} {{ steps.before.done }} {{ trigger.name }}"),
        inside("price", "{{ steps.look.x }}"),
        step("after", values=values(x="{{ steps.loop.items[0] }} {{ steps.loop.count }}")),
        links="form>before before>loop look>price loop>after",
    )
    assert texts(graph) == []


def test_an_empty_loop_has_nothing_to_do() -> None:
    assert texts(flow(FORM, loop())) == [
        "There is nothing to do for an item yet. Add a step inside the loop."
    ]


def test_only_loops_hold_steps() -> None:
    graph = flow(FORM, step("one"), inside("in", parent="one"), links="form>one")
    assert texts(graph) == ["This step is inside “one”, which is no loop. Move it out."]


def test_a_start_stays_outside() -> None:
    graph = flow(
        FORM, loop(), inside("in"), step("clock", "start_schedule", parent=word("loop")),
        links="form>loop clock>in",
    )  # fmt: skip
    assert "A start cannot be inside a loop. Move it out of the loop." in texts(graph)


@pytest.mark.parametrize(
    ("template", "sentence"),
    [
        (
            "{{ steps.price.x }}",
            "“price” is inside the loop “loop”; use the loop's result instead.",
        ),
        ("{{ item.id }}", "Only the steps inside a loop have an item."),
        ("{{ index }}", "Only the steps inside a loop have an item."),
    ],
)
def test_what_is_inside_stays_inside(template: str, sentence: str) -> None:
    graph = flow(
        FORM,
        loop(),
        inside("price"),
        step("after", values=values(x=template)),
        links="form>loop loop>after",
    )
    assert [one.removeprefix(f"“Values” uses {template[3:-3]}. ") for one in texts(graph)] == [
        sentence
    ]


def test_a_step_inside_does_not_see_its_loop_or_what_comes_later() -> None:
    graph = flow(
        FORM,
        loop(items="{{ steps.early.x }}"),
        inside("early", "{{ steps.loop.items }}"),
        inside("late", "{{ steps.after.done }}"),
        step("after"),
        links="form>loop early>late loop>after",
    )
    assert texts(graph) == [
        "“Go through” uses steps.early.x. “early” is inside this loop, so it comes later.",
        "“Values” uses steps.loop.items. “loop” has no result before all its items are done. "
        "Use item in here.",
        "“Values” uses steps.after.done. “after” does not come before this step.",
    ]


def test_loops_inside_loops_see_what_is_around_them() -> None:
    outer = loop("outer", collect="{{ steps.inner.count }} {{ steps.deep.x }}")
    inner = loop("inner", items="{{ item }}", parent=word("outer"))
    graph = flow(
        FORM,
        outer,
        inside("first", parent="outer"),
        inner,
        inside("deep", "{{ steps.first.x }} {{ item }}", parent="inner"),
        step("after", values=values(x="{{ steps.deep.x }}")),
        links="form>outer first>inner outer>after",
    )
    assert texts(graph) == [
        "“What each item gives” uses steps.deep.x. “deep” is inside the loop “inner”; use the "
        "loop's result instead.",
        "“Values” uses steps.deep.x. “deep” is inside the loop “outer”; use the loop's result "
        "instead.",
    ]


def test_loops_are_three_deep_at_most() -> None:
    keys = ["a", "b", "c", "d"]
    loops = [loop("a")]
    loops += [loop(key, parent=word(other)) for other, key in itertools.pairwise(keys)]
    graph = flow(FORM, *loops, inside("in", parent="d"), links="form>a")
    (problem,) = problems(graph, KINDS, known=HERE)
    assert problem.step_id == word("in")
    assert problem.text.startswith("Loops can be inside each other 3 deep.")


def test_two_beginnings_of_a_loop_are_a_hint() -> None:
    graph = flow(FORM, loop(), inside("one"), inside("two"), links="form>loop")
    assert texts(graph) == ["Each item begins with “one” and “two” side by side."]


def test_switched_off_inside() -> None:
    off = step("off", parent=word("loop"), disabled=True)
    assert texts(flow(FORM, loop(), off, links="form>loop")) == [
        "Every step inside the loop is switched off.",
        "This step is switched off: runs pass it by, and its values are empty.",
    ]
    graph = flow(FORM, loop(disabled=True), inside("in"), links="form>loop")
    assert texts(graph) == ["This loop is switched off: runs pass it by, with the steps inside."]


def test_a_loop_that_nothing_leads_to_is_told_once() -> None:
    graph = flow(FORM, step("one"), loop(), inside("in"), links="form>one")
    assert len(texts(graph)) == 1


def test_an_item_that_ends_on_one_answer() -> None:
    choose = step("if", "if", conditions=when("{{ item }}", "is_empty"), parent=word("loop"))
    graph = flow(FORM, loop(), choose, inside("on"), links="form>loop if.yes>on")
    assert texts(graph) == ["The item ends here on “No”."]


def test_several_starts_lead_to_the_same_step() -> None:
    graph = flow(
        FORM,
        CLOCK,
        step("go", values=values(a="{{ trigger.due | default: 'x' }} {{ trigger.name }}")),
        links="form>go clock>go",
    )
    (problem,) = problems(graph, KINDS, known=HERE)
    assert problem == Problem(
        word("go"),
        "values",
        "hint",
        "“clock” does not give “name”. Add “| default: …” to trigger.name for runs that start "
        "there.",
    )


def test_what_no_start_gives_is_unknown() -> None:
    go = step("go", values=values(a="{{ trigger.nobody }}"))
    graph = flow(FORM, CLOCK, go, links="form>go clock>go")
    assert texts(graph) == ["“Values” uses trigger.nobody. The start does not give “nobody”."]


def test_two_forms_are_one_too_many_but_two_schedules_are_fine() -> None:
    graph = flow(FORM, step("again", "start_form"), step("one"), links="form>one again>one")
    assert texts(graph) == ["The flow already starts in this way with “form”. Keep one."]
    again = step("late", "start_schedule")
    assert texts(flow(CLOCK, again, step("one"), links="clock>one late>one")) == []


def test_each_start_leads_somewhere() -> None:
    graph = flow(FORM, CLOCK, step("one"), links="form>one")
    (problem,) = problems(graph, KINDS, known=HERE)
    assert (problem.step_id, problem.severity) == (word("clock"), "error")
    assert problem.text == "Nothing follows this start. Choose where it goes."


def test_starts_that_are_off() -> None:
    off = step("clock", "start_schedule", disabled=True)
    assert texts(flow(FORM, off, step("one"), links="form>one")) == [
        "This start is switched off: it sets nothing off."
    ]
    other = step("form", "start_form", disabled=True)
    found = texts(flow(other, off, step("one"), links="form>one clock>one"))
    assert found == ["Every start is switched off, so nothing can begin."] * 2


def test_what_was_chosen_is_still_there() -> None:
    there = step("call", "run_agent", agent="a1")
    assert texts(flow(FORM, there)) == []
    gone = step("call", "run_agent", agent="a2")
    assert texts(flow(FORM, gone)) == [
        "“Agent” is not published, or was put away. “Publish” offers to publish both; else choose "
        "another."
    ]


def test_trying_a_write_again_is_a_hint() -> None:
    post = step("call", "run_agent", agent="a1", retry=Retry(2, 1))
    assert texts(flow(FORM, post)) == []
    post = step("post", "http_request", url="https://a.example", method="POST", retry=Retry(2, 1))
    (text,) = texts(flow(FORM, post))
    assert text.startswith("Trying again may do the same thing twice")


def test_a_time_limit_shorter_than_the_steps_own() -> None:
    get = step("get", "http_request", url="https://a.example", timeout_s=5)
    (text,) = texts(flow(FORM, get))
    assert text.startswith("The time limit of 5 s ends this step before its own")


def test_a_switch_with_many_open_ways_names_a_few() -> None:
    cases = [
        {"id": f"case000{n}", "label": f"C{n}", "value": "x", "operator": "is", "value2": "y"}
        for n in range(8)
    ]
    graph = flow(
        FORM, step("sort", "switch", cases=cases), step("one"), links="form>sort sort.case0000>one"
    )
    assert texts(graph) == ["The run ends here on “C1”, “C2”, “C3” or 5 more."]


def test_one_way_to_a_merge_is_a_hint() -> None:
    assert texts(flow(FORM, step("join", "merge"))) == [
        "Only one way leads here, so there is nothing to bring together."
    ]
