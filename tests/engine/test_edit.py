"""Edits keep a flow whole: lines heal, references follow names, circles are refused."""

from typing import Literal

import pytest

from app.engine import edit
from app.engine.errors import EditRefused
from app.engine.graph import Graph, Retry
from app.engine.keys import fresh_key
from app.engine.states import OnError
from tests.engine.flows import KINDS, flow, step, values, word


def line(graph: Graph) -> str:
    """The links of a flow, as `flow` takes them, sorted."""
    keys = {one.id: one.key for one in graph.steps}
    return " ".join(
        sorted(
            f"{keys[link.source]}{'' if link.source_port == 'out' else '.' + link.source_port}"
            f">{keys[link.target]}"
            for link in graph.links
        )
    )


LINE = flow(step("form", "start_form"), step("one"), step("two"), step("three"))
FORK = flow(
    step("form", "start_form"),
    step("if", "if"),
    step("yes"),
    step("no"),
    links="form>if if.yes>yes if.no>no",
)


def test_a_flow_is_built_step_by_step() -> None:
    graph, form = edit.add_step(Graph.empty(), KINDS["start_form"])
    graph, first = edit.add_step(graph, KINDS["set_values"], after=form.id, name="Add the tip")
    graph, middle = edit.add_step(graph, KINDS["if"], after=form.id)
    assert line(graph) == "form>if if.yes>add_the_tip"
    assert [one.name for one in edit.outline(graph)] == ["Form", "If", "Add the tip"]
    assert first.fields == {"values": []}
    assert middle.y == form.y + edit.ROW_HEIGHT


def test_a_second_step_of_a_name_gets_its_own_key() -> None:
    graph, form = edit.add_step(Graph.empty(), KINDS["start_form"])
    graph, _ = edit.add_step(graph, KINDS["set_values"], after=form.id)
    graph, second = edit.add_step(graph, KINDS["set_values"], after=form.id)
    assert second.key == "set_values_2"


def test_a_start_is_put_before_everything() -> None:
    graph, _ = edit.add_step(Graph.empty(), KINDS["set_values"])
    graph, form = edit.add_step(graph, KINDS["start_form"])
    assert line(graph) == "form>set_values"
    with pytest.raises(EditRefused, match="nothing can lead to it"):
        edit.add_step(graph, KINDS["start_form"], after=form.id)


def test_a_step_without_a_place_stands_alone() -> None:
    graph, lost = edit.add_step(LINE, KINDS["answer"])
    assert line(graph) == line(LINE)
    assert graph.links_to(lost.id) == ()


def test_an_end_is_put_only_where_a_way_ends() -> None:
    graph, stop = edit.add_step(LINE, KINDS["stop_with_error"], after=word("three"))
    assert line(graph).endswith("three>stop_with_error two>three")
    with pytest.raises(EditRefused, match="Nothing can come after"):
        edit.add_step(LINE, KINDS["stop_with_error"], after=word("one"))
    assert KINDS[stop.type].ports_out(stop.fields) == ()


def test_removing_heals_the_line() -> None:
    assert line(edit.remove_step(LINE, word("two"))) == "form>one one>three"
    assert line(edit.remove_step(LINE, word("three"))) == "form>one one>two"
    assert line(edit.remove_step(FORK, word("if"))) == "form>yes"


def test_removing_a_step_around_others_is_refused() -> None:
    graph = flow(step("form", "start_form"), step("loop"), step("in", parent=word("loop")))
    graph = edit.go_to(Graph(graph.steps), word("form"), "out", word("loop"))
    with pytest.raises(EditRefused, match="steps inside this one"):
        edit.remove_step(graph, word("loop"))


@pytest.mark.parametrize(
    ("key", "direction", "after"),
    [
        ("two", "up", "form>two one>three two>one"),
        ("one", "down", "form>two one>three two>one"),
        ("two", "down", "form>one one>three three>two"),
        ("three", "up", "form>one one>three three>two"),
    ],
)
def test_a_step_moves_along_its_line(
    key: str, direction: Literal["up", "down"], after: str
) -> None:
    assert line(edit.move_step(LINE, word(key), direction)) == after


def test_a_step_moves_past_a_fork() -> None:
    assert line(edit.move_step(FORK, word("yes"), "up")) == "form>yes if.no>no yes>if"
    graph = flow(
        step("form", "start_form"),
        step("one"),
        step("if", "if"),
        step("yes"),
        step("no"),
        links="form>one one>if if.yes>yes if.no>no",
    )
    assert line(edit.move_step(graph, word("one"), "down")) == (
        "form>if if.no>no if.yes>one one>yes"
    )


@pytest.mark.parametrize(
    ("graph", "key", "direction", "why"),
    [
        (LINE, "one", "up", "begins the flow"),
        (LINE, "form", "up", "not in a line"),
        (LINE, "form", "down", "begins the flow"),
        (LINE, "three", "down", "is the last step"),
    ],
)
def test_a_move_that_makes_no_sense_is_refused(
    graph: Graph, key: str, direction: Literal["up", "down"], why: str
) -> None:
    with pytest.raises(EditRefused, match=why):
        edit.move_step(graph, word(key), direction)


def test_a_step_where_ways_join_is_not_moved_up() -> None:
    graph = flow(
        step("form", "start_form"),
        step("a"),
        step("b"),
        step("join"),
        links="form>a form>b a>join b>join",
    )
    with pytest.raises(EditRefused, match="Then goes to"):
        edit.move_step(graph, word("join"), "up")


def test_renaming_rewrites_every_reference() -> None:
    graph = flow(
        step("form", "start_form"),
        step("price", values=values(net="5")),
        step(
            "say",
            "answer",
            text="{{ steps.price.net | plus: steps.price.net }} {{ steps['price'].net }} "
            "{{ steps.prices.net }} steps.price",
        ),
        step("if", "if", conditions={"match": "all", "rows": [{"value": "{{steps.price.net}}"}]}),
    )
    renamed = edit.rename_step(graph, word("price"), "  Prix   été ")
    assert renamed.step(word("price")).name == "Prix été"
    assert renamed.step(word("price")).key == "prix_ete"
    assert renamed.step(word("say")).fields["text"] == (
        "{{ steps.prix_ete.net | plus: steps.prix_ete.net }} {{ steps['prix_ete'].net }} "
        "{{ steps.prices.net }} steps.price"
    )
    assert "steps.prix_ete" in str(renamed.step(word("if")).fields)


@pytest.mark.parametrize("name", ["", "  \n", "x" * 121])
def test_a_name_that_is_none_is_refused(name: str) -> None:
    with pytest.raises(EditRefused):
        edit.rename_step(LINE, word("one"), name)


def test_a_rename_that_keeps_the_key_touches_nothing_else() -> None:
    renamed = edit.rename_step(LINE, word("one"), "ONE")
    assert renamed.step(word("one")).key == "one"
    assert renamed.links == LINE.links


@pytest.mark.parametrize(
    ("name", "key"),
    [("Straße 7", "strasse_7"), ("7 Zwerge", "step_7_zwerge"), ("…", "step"), ("A" * 99, "a" * 40)],
)
def test_keys_are_short_words(name: str, key: str) -> None:
    assert fresh_key(name, set()) == key
    assert fresh_key(name, {key}) == f"{key}_2"


def test_a_copy_comes_right_behind() -> None:
    graph, copy = edit.duplicate_step(LINE, word("one"))
    assert line(graph) == "form>one one>one_copy one_copy>two two>three"
    assert copy.fields == LINE.step(word("one")).fields
    graph, _ = edit.duplicate_step(FORK, word("yes"))
    assert line(graph) == line(FORK)
    with pytest.raises(EditRefused, match="cannot be doubled"):
        edit.duplicate_step(LINE, word("form"))


def test_settings_and_options_are_replaced_as_a_whole() -> None:
    graph = edit.set_fields(LINE, word("one"), {"values": values(a="b")})
    assert graph.step(word("one")).fields == {"values": values(a="b")}
    graph = edit.set_options(
        graph,
        word("one"),
        on_error=OnError.ERROR_PORT,
        retry=Retry(2, 5),
        timeout_s=9,
        note="why",
    )
    graph = edit.go_to(graph, word("one"), "error", word("three"))
    assert graph.step(word("one")).retry == Retry(2, 5)
    assert "one.error>three" in line(graph)
    graph = edit.set_options(graph, word("one"), disabled=True)
    assert line(graph) == line(LINE)
    assert graph.step(word("one")).disabled
    assert graph.step(word("one")).note == ""
    with pytest.raises(EditRefused, match="too often"):
        edit.set_options(graph, word("one"), retry=Retry(99))


def test_a_way_leads_where_one_says() -> None:
    graph = edit.go_to(LINE, word("one"), "out", word("three"))
    assert line(graph) == "form>one one>three two>three"
    assert line(edit.go_to(graph, word("one"), "out", None)) == "form>one two>three"


@pytest.mark.parametrize("target", ["two", "form", "one"])
def test_a_way_back_is_refused(target: str) -> None:
    with pytest.raises(EditRefused, match="A flow never goes back"):
        edit.go_to(LINE, word("two"), "out", word(target))


def test_a_step_that_is_gone_is_said_to_be() -> None:
    with pytest.raises(EditRefused, match="no longer in the flow"):
        edit.set_fields(LINE, "gone0000", {})


def test_a_full_flow_takes_no_more_steps() -> None:
    full = flow(step("form", "start_form"), *(step(f"n{number:03}") for number in range(999)))
    with pytest.raises(EditRefused, match="1,000 steps at most"):
        edit.add_step(full, KINDS["set_values"])
