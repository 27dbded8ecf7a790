"""Edits of loops and of starts keep a flow whole, whatever is done in whatever order."""

import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.engine import edit
from app.engine.errors import EditRefused
from app.engine.graph import Graph, Step
from app.engine.graph_reader import check_shape
from app.engine.step_type import StepType
from tests.engine.flows import KINDS, flow, step, values, word
from tests.engine.test_edit import line

LOOP = flow(
    step("form", "start_form"),
    step("loop", "for_each", items="{{ vars.list }}", collect="{{ steps.price.done }}"),
    step("look", parent=word("loop")),
    step("price", values=values(done="{{ steps.look.done }} {{ item }}"), parent=word("loop")),
    step("after"),
    links="form>loop loop>after look>price",
)


def frames(graph: Graph) -> dict[str, list[str]]:
    """The keys inside each loop, in reading order."""
    return {
        one.key: [inner.key for inner in graph.inside(one.id)]
        for one in graph.order
        if graph.inside(one.id)
    }


def keyed(graph: Graph, key: str) -> Step:
    """The step with this key."""
    return next(one for one in graph.steps if one.key == key)


def test_a_loop_is_filled_from_the_front_and_behind_a_step() -> None:
    graph, loop = edit.add_step(LOOP, KINDS["for_each"], after=word("after"))
    graph, first = edit.add_inside(graph, KINDS["set_values"], loop=loop.id, name="One")
    graph, _ = edit.add_step(graph, KINDS["answer"], after=first.id)
    graph, _ = edit.add_inside(graph, KINDS["if"], loop=loop.id)
    assert frames(graph)["for_each"] == ["if", "one", "answer"]
    assert "if.yes>one" in line(graph)
    assert "one>answer" in line(graph)


def test_what_ends_a_way_is_the_first_inside_only_of_an_empty_loop() -> None:
    with pytest.raises(EditRefused, match="Nothing can come after"):
        edit.add_inside(LOOP, KINDS["stop_with_error"], loop=word("loop"))
    with pytest.raises(EditRefused, match="cannot be inside a loop"):
        edit.add_inside(LOOP, KINDS["start_schedule"], loop=word("loop"))


def test_a_step_and_a_loop_inside_it_are_joined_by_no_link() -> None:
    with pytest.raises(EditRefused, match="not in the same loop"):
        edit.go_to(LOOP, word("price"), "out", word("after"))


def test_a_loop_goes_with_its_steps_or_without() -> None:
    with pytest.raises(EditRefused, match="steps inside this one"):
        edit.remove_step(LOOP, word("loop"))
    assert line(edit.remove_step(LOOP, word("loop"), with_body=True)) == "form>after"
    out = edit.take_steps_out(LOOP, word("loop"), catalogue=KINDS)
    assert line(out) == "form>look look>price price>after"
    assert frames(out) == {}


def test_steps_taken_out_of_an_inner_loop_stay_in_the_outer_one() -> None:
    graph, inner = edit.add_inside(LOOP, KINDS["for_each"], loop=word("loop"), name="Inner")
    graph, _ = edit.add_inside(graph, KINDS["if"], loop=inner.id)
    out = edit.take_steps_out(graph, inner.id, catalogue=KINDS)
    assert frames(out) == {"loop": ["if", "look", "price"]}
    assert {"if.yes>look", "if.no>look"} <= set(line(out).split())


def test_an_empty_loop_taken_away_leaves_the_line() -> None:
    graph, loop = edit.add_step(LOOP, KINDS["for_each"], after=word("loop"))
    out = edit.take_steps_out(graph, loop.id, catalogue=KINDS)
    assert line(out) == line(LOOP)


def test_a_step_goes_into_a_loop_and_comes_out() -> None:
    inside = edit.move_into(LOOP, word("after"), word("loop"), catalogue=KINDS)
    assert line(inside) == "form>loop look>price price>after"
    assert frames(inside) == {"loop": ["look", "price", "after"]}
    out = edit.move_out(inside, word("look"), catalogue=KINDS)
    assert line(out) == "form>loop loop>look price>after"
    assert frames(out) == {"loop": ["price", "after"]}


@pytest.mark.parametrize(
    ("step_id", "loop", "why"),
    [
        ("form", "loop", "begins the flow"),
        ("loop", "loop", "inside itself"),
        ("look", "loop", "already"),
        ("loop", "after", "is no loop"),
    ],
)
def test_what_cannot_go_into_a_loop(step_id: str, loop: str, why: str) -> None:
    with pytest.raises(EditRefused, match=why):
        edit.move_into(LOOP, word(step_id), word(loop), catalogue=KINDS)


def test_nothing_comes_out_of_no_loop() -> None:
    with pytest.raises(EditRefused, match="not inside a loop"):
        edit.move_out(LOOP, word("after"), catalogue=KINDS)


def test_loops_go_three_deep() -> None:
    graph, where = LOOP, word("loop")
    for name in ("Two", "Three"):
        graph, made = edit.add_inside(graph, KINDS["for_each"], loop=where, name=name)
        where = made.id
    with pytest.raises(EditRefused, match="3 deep"):
        edit.add_inside(graph, KINDS["for_each"], loop=where)
    graph, other = edit.add_step(graph, KINDS["for_each"], after=word("after"))
    with pytest.raises(EditRefused, match="3 deep"):
        edit.move_into(graph, word("loop"), other.id, catalogue=KINDS)


def test_a_copy_of_a_loop_is_whole_and_names_itself() -> None:
    graph, copy = edit.duplicate_step(LOOP, word("loop"))
    assert (copy.name, copy.key) == ("loop copy", "loop_copy")
    assert frames(graph) == {"loop": ["look", "price"], "loop_copy": ["look_2", "price_2"]}
    assert "look_2>price_2" in line(graph)
    assert "loop_copy>after" in line(graph)
    assert keyed(graph, "loop_copy").fields["collect"] == "{{ steps.price_2.done }}"
    assert "steps.look_2.done" in str(keyed(graph, "price_2").fields)
    assert keyed(graph, "price") == LOOP.step(word("price"))


def test_a_copy_of_the_last_step_follows_it_where_one_says_how() -> None:
    graph, _ = edit.duplicate_step(LOOP, word("price"), port="out")
    assert "price>price_copy" in line(graph)
    graph, _ = edit.duplicate_step(LOOP, word("look"))
    assert "look>look_copy" in line(graph)


def test_steps_move_within_their_loop() -> None:
    up = edit.move_step(LOOP, word("price"), "up")
    assert line(up) == "form>loop loop>after price>look"
    assert edit.move_step(LOOP, word("look"), "down").inside(word("loop")) == up.inside(
        word("loop")
    )
    with pytest.raises(EditRefused, match="first step inside the loop"):
        edit.move_step(LOOP, word("look"), "up")
    with pytest.raises(EditRefused, match="last step here"):
        edit.move_step(LOOP, word("price"), "down")


def test_a_rename_reaches_what_is_filled_in_inside() -> None:
    renamed = edit.rename_step(LOOP, word("price"), "Cost")
    assert renamed.step(word("loop")).fields["collect"] == "{{ steps.cost.done }}"
    assert keyed(renamed, "cost").fields["values"] == values(
        done="{{ steps.look.done }} {{ item }}"
    )


def test_one_more_start_goes_where_the_first_goes() -> None:
    graph, clock = edit.add_start(LOOP, KINDS["start_schedule"], beside=word("form"))
    assert "schedule>loop" in line(graph)
    assert [one.key for one in graph.steps][:2] == ["form", "schedule"]
    assert graph.links_to(clock.id) == ()


def test_ways_that_are_gone_take_the_place_of_new_ones() -> None:
    graph = flow(
        step("form", "start_form"), step("if", "if"), step("a"), step("b"),
        links="form>if if.yes>a if.no>b",
    )  # fmt: skip
    kept = edit.keep_ways(graph, word("if"), before=["yes", "no"], after=["out"])
    assert line(kept) == "form>if if>a"
    same = edit.keep_ways(graph, word("if"), before=["yes", "no"], after=["no", "yes"])
    assert same is graph


def test_the_open_end_is_the_last_in_reading_order() -> None:
    assert edit.open_end(LOOP, word("loop"), KINDS) == (word("price"), "out")
    assert edit.open_end(LOOP, None, KINDS) == (word("after"), "out")
    assert edit.open_end(Graph.empty(), None, KINDS) is None


WORDS = ["add", "inside", "remove", "with body", "up", "down", "rename", "copy", "goto"]
WORDS += ["into", "out", "unwrap", "start"]
MOVES = st.lists(
    st.tuples(st.sampled_from(WORDS), st.integers(0, 30), st.integers(0, 30)), max_size=20
)


@settings(max_examples=120, deadline=None)
@given(MOVES)
def test_whatever_is_edited_the_flow_stays_whole(moves: list[tuple[str, int, int]]) -> None:
    graph = LOOP
    for what, first, second in moves:
        with contextlib.suppress(EditRefused):
            graph = _edited(graph, what, first, second)
        check_shape(graph)
        assert Graph.from_json(graph.to_json()) == graph
        assert all(KINDS[graph.step(one.parent).type].is_loop for one in graph.steps if one.parent)


def _edited(graph: Graph, what: str, first: int, second: int) -> Graph:
    steps = edit.outline(graph)
    if not steps:
        return LOOP
    one, other = steps[first % len(steps)], steps[second % len(steps)]
    ports = [port.id for port in KINDS[one.type].ports_out(one.fields)] or ["out"]
    kinds = ("if", "set_values", "for_each", "answer", "stop_with_error", "switch")
    kind = KINDS[kinds[second % len(kinds)]]
    if what in ("inside", "into", "unwrap", "with body"):
        return _loop_edited(graph, what, one, other, kind)
    match what:
        case "add":
            return edit.add_step(graph, kind, after=one.id, port=ports[second % len(ports)])[0]
        case "remove":
            return edit.remove_step(graph, one.id)
        case "up" | "down":
            return edit.move_step(graph, one.id, "up" if what == "up" else "down")
        case "rename":
            return edit.rename_step(graph, one.id, f"Name {second}")
        case "copy":
            return edit.duplicate_step(graph, one.id, port=ports[0])[0]
        case "out":
            return edit.move_out(graph, one.id, catalogue=KINDS)
        case "start":
            start = steps[0].id if second % 2 else None
            return edit.add_start(graph, KINDS["start_schedule"], beside=start)[0]
        case _:
            return edit.go_to(graph, one.id, ports[second % len(ports)], other.id)


def _loop_edited(graph: Graph, what: str, one: Step, other: Step, kind: StepType) -> Graph:
    if what == "with body":
        return edit.remove_step(graph, one.id, with_body=True)
    if not KINDS[other.type].is_loop:
        raise EditRefused("no loop")
    if what == "inside":
        return edit.add_inside(graph, kind, loop=other.id)[0]
    if what == "into":
        return edit.move_into(graph, one.id, other.id, catalogue=KINDS)
    return edit.take_steps_out(graph, other.id, catalogue=KINDS)
