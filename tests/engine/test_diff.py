"""What changed between two flows is told in whole sentences, and every change is told."""

from dataclasses import replace
from typing import Any

import pytest

from app.engine import edit
from app.engine.diff import Difference, Size, difference
from app.engine.diff_change import Piece
from app.engine.graph import Graph, Retry, Step
from app.engine.problem import ConnectionFact, Known
from app.engine.states import OnError
from app.nodes.catalogue import CATALOGUE
from tests.engine.flows import flow, step, word

KNOWN = Known(
    connections={
        "c1": ConnectionFact(hosts=frozenset({"shop.example"}), name="Shop"),
        "c2": ConnectionFact(hosts=frozenset({"shop.example"}), name="Warehouse"),
    },
    choices={"tables": {"t1": "Orders", "t2": "Invoices"}},
)
LIMIT = {"value": "{{ trigger.total }}", "operator": "more_than", "value2": "100"}
START = step(
    "form",
    "start_form",
    inputs=[
        {
            "label": "Total",
            "key": "total",
            "kind": "number",
            "required": True,
            "options": [],
            "hint": "",
        }
    ],
)
FLOW = flow(
    START,
    step("limit", "if", conditions={"match": "all", "rows": [LIMIT]}),
    step("call", "http_request", url="https://shop.example/orders", connection="c1"),
    step("reply", "answer", text="Be short and friendly. Answer in the customer’s language."),
    links="form>limit limit.yes>call limit.no>reply call>reply",
)


def told(before: Graph, after: Graph) -> Difference:
    """The difference in a workspace with two connections and two tables."""
    return difference(before, after, CATALOGUE, known=KNOWN)


def changed(key: str, **parts: Any) -> Graph:
    """The flow with other parts of one step; `fields` are merged into those it has."""
    old = FLOW.step(word(key))
    parts["fields"] = {**old.fields, **parts.get("fields", {})}
    new = replace(old, **parts)
    return replace(FLOW, steps=tuple(new if one.id == old.id else one for one in FLOW.steps))


def only(after: Graph) -> tuple[str, Size]:
    """The one change there is."""
    (change,) = told(FLOW, after).changes
    return change.text, change.size


def test_a_limit_in_a_condition_went_from_one_number_to_another() -> None:
    rows = [{**LIMIT, "value2": "80"}]
    after = changed("limit", fields={"conditions": {"match": "all", "rows": rows}})
    (change,) = told(FLOW, after).changes
    assert change.text == "“trigger.total is more than” went from 100 to 80"
    assert [piece for piece in change.told if piece.mark] == [
        Piece("100", "old"),
        Piece(" to ", "to"),
        Piece("80", "new"),
    ]
    assert (change.step_name, change.field) == ("limit", "conditions")


def test_other_words_are_marked_word_by_word() -> None:
    text = "Be short and warm, and say sorry only once. Answer in the customer’s language."
    (change,) = told(FLOW, changed("reply", fields={"text": text})).changes
    assert change.text == "Other words in “reply”"
    assert change.wording[:3] == (
        Piece("Be short and "),
        Piece("friendly", "old"),
        Piece("warm, and say sorry only once", "new"),
    )


@pytest.mark.parametrize(
    ("key", "parts", "sentence"),
    [
        ("call", {"fields": {"timeout_s": 20}}, "“Waits at most” went from 30 to 20 seconds"),
        ("call", {"fields": {"method": "POST"}}, "“Method” went from GET to POST"),
        ("call", {"fields": {"send_twice": True}}, "“May be sent twice” went from off to on"),
        ("call", {"fields": {"connection": "c2"}}, "“Connection” went from Shop to Warehouse"),
        ("call", {"fields": {"connection": ""}}, "“Connection” is none now, it was Shop"),
        (
            "call",
            {"fields": {"headers": [{"name": "Accept", "value": "text/csv"}]}},
            "“Accept” in “Headers” is new: text/csv",
        ),
        ("call", {"name": "Look up"}, "Now called Look up, it was call"),
        ("call", {"disabled": True}, "“call” is switched off"),
        (
            "call",
            {"retry": Retry(times=2)},
            "“call”: trying again went from never to 2 times",
        ),
        ("call", {"timeout_s": 9.5}, "The time limit of “call” went from none to 9.5 s"),
        (
            "call",
            {"on_error": OnError.ERROR_PORT},
            "If “call” fails: what happens went from the run stops to it goes another way",
        ),
        ("call", {"note": "Slow on Mondays"}, "A note at “call”"),
        ("reply", {"fields": {"kind": "values"}}, "“Answer with” went from A text to Named values"),
    ],
)
def test_each_change_has_its_sentence(key: str, parts: dict[str, Any], sentence: str) -> None:
    assert sentence in [change.text for change in told(FLOW, changed(key, **parts)).changes]


def test_a_new_step_says_what_it_does_and_where_it_stands() -> None:
    after, mail = edit.add_step(
        FLOW, CATALOGUE["send_email"], after=word("call"), name="Tell the team"
    )
    after = edit.set_fields(after, mail.id, {**mail.fields, "to": "team@harbour.example"})
    found = told(FLOW, after)
    (change,) = found.changes
    assert change.text == "Now also sends e-mails to team@harbour.example"
    assert change.why == "New step “Tell the team”, between “call” and “reply”."
    assert (found.marks, found.counts, found.size) == (
        {mail.id: "added"},
        "1 added",
        Size.FEATURE,
    )


def test_a_step_that_is_gone_says_who_used_it() -> None:
    after = edit.remove_step(FLOW, word("call"))
    (change,) = told(FLOW, after).changes
    assert change.text == "No longer asks shop.example"
    assert change.why == "The step “call” is gone. No other step used it."


def test_a_link_that_leads_elsewhere_is_told_with_its_way() -> None:
    links = tuple(
        replace(link, target=word("call")) if link.source_port == "no" else link
        for link in FLOW.links
    )
    text, size = only(replace(FLOW, links=links))
    assert text == "“limit”, way “No”, now leads to “call” instead of “reply”"
    assert size is Size.FEATURE


def test_a_way_that_ends_is_told_also_when_the_step_behind_it_went() -> None:
    links = tuple(link for link in FLOW.links if word("call") not in (link.source, link.target))
    steps = tuple(one for one in FLOW.steps if one.key != "call")
    sentences = [one.text for one in told(FLOW, Graph(steps=steps, links=links)).changes]
    assert "“limit”, way “Yes”, ends here now, it led to “reply”" in sentences


def test_a_renamed_step_is_one_change_wherever_it_is_named() -> None:
    before = edit.set_fields(
        FLOW, word("reply"), {**FLOW.step(word("reply")).fields, "text": "{{ steps.call.body }}"}
    )
    after = edit.rename_step(before, word("call"), "Look up")
    (change,) = told(before, after).changes
    assert change.text == "Now called Look up, it was call"


def test_into_a_loop_and_out_of_it() -> None:
    before, loop = edit.add_step(FLOW, CATALOGUE["for_each"], after=word("call"), name="Each")
    into = edit.move_into(before, word("call"), loop.id, catalogue=CATALOGUE)
    sentences = [one.text for one in told(before, into).changes]
    assert "“call” moved into the loop “Each”" in sentences
    assert "“call” moved out of the loop “Each”" in [one.text for one in told(into, before).changes]


@pytest.mark.parametrize(
    ("part", "sentence", "size"),
    [
        ({"label": "Amount"}, "A question went from Total to Amount", Size.FIX),
        ({"key": "amount"}, "Also asks for Total", Size.BREAKING),
        (
            {"kind": "text"},
            "The answer to “Total” went from Number to Short text",
            Size.BREAKING,
        ),
        ({"required": False}, "“Total” may stay empty", Size.FIX),
    ],
)
def test_what_a_form_asks_is_told_and_weighed(
    part: dict[str, Any], sentence: str, size: Size
) -> None:
    question = {**START.fields["inputs"][0], **part}  # type: ignore[index,call-overload,dict-item]
    found = told(FLOW, changed("form", fields={"inputs": [question]}))
    assert sentence in [change.text for change in found.changes]
    assert found.size is size


def test_an_answer_without_a_value_it_had_breaks_whoever_reads_it() -> None:
    rows = [{"name": "total", "value": "1"}, {"name": "due", "value": "2"}]
    before = changed("reply", fields={"kind": "values", "values": rows})
    after = changed("reply", fields={"kind": "values", "values": rows[:1]})
    (change,) = told(before, after).changes
    assert (change.text, change.size) == ("“due” is no longer in “Values”", Size.BREAKING)


def test_cards_that_only_moved_are_no_change() -> None:
    moved = replace(FLOW, steps=tuple(replace(one, x=one.x + 80) for one in FLOW.steps))
    found = told(FLOW, moved)
    assert (found.changes, found.marks, found.counts) == ((), {}, "")


def test_added_comes_before_changed_before_removed() -> None:
    after = edit.remove_step(changed("limit", name="Over?"), word("call"))
    after, _ = edit.add_step(after, CATALOGUE["wait"], after=word("form"))
    found = told(FLOW, after)
    assert [one.turn for one in found.changes] == ["added", "changed", "removed"]
    assert found.counts == "1 added, 1 changed, 1 removed"


def test_a_step_of_an_unknown_kind_is_compared_as_well_as_it_can_be() -> None:
    before = flow(START, Step(id=word("odd"), type="from_tomorrow", key="odd", name="Odd"))
    after = replace(before, steps=(START, replace(before.steps[1], fields={"depth": 3})))
    assert [one.text for one in told(before, after).changes] == ["“depth” is now 3"]


def test_who_used_a_step_that_is_gone_is_named() -> None:
    before = edit.set_fields(
        FLOW,
        word("reply"),
        {**FLOW.step(word("reply")).fields, "text": "{{ steps.call.body.sum }}"},
    )
    after = edit.remove_step(before, word("call"))
    (gone,) = (one for one in told(before, after).changes if one.turn == "removed")
    assert gone.why == "The step “call” is gone. “reply” used it."
