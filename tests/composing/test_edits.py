"""Sentences about a flow that is there, by simple rules: one thing changes, the rest stays."""

import pytest

from app.composing.around import errors_in
from app.composing.changes import changes, chosen
from app.engine.graph import Graph
from tests.composing.flows import AROUND
from tests.composing.wishing import by_rules, types

WISHES = {
    "asked": "when an enquiry comes in, sort it and draft an answer, ask me before sending",
    "plain": "when an enquiry comes in, draft an answer and send it",
    "news": "every day at 8:30 fetch https://example.org/news and mail me a summary",
    "often": "every 15 minutes fetch https://api.example.org/x.json and mail it to me",
    "limit": "When an invoice arrives by e-mail, take out supplier and amount. If the amount is "
    "over 100, ask me, then put it in the table Invoices",
    "price": "Every hour check https://shop.example/price and tell me if the price is under 100",
    "pdf": "When I upload a PDF, summarise it",
    "chat": "When somebody asks in the chat, answer them",
}


@pytest.fixture(scope="module")
def flows() -> dict[str, Graph]:
    return {name: by_rules(said).graph for name, said in WISHES.items()}


EDITS = [
    ("asked", "also tell me by mail", "+send_email"),
    ("news", "also tell ben@example.org by mail", "+send_email"),
    ("pdf", "also tell me by mail", "+send_email"),
    ("chat", "also send me the answer by mail", "+send_email"),
    ("news", "also post it to https://hooks.example.com/x", "+http_request"),
    ("plain", "ask me before sending", "+ask_person"),
    ("plain", "let me see it before it goes out", "+ask_person"),
    ("plain", "put each invoice in a table", "+extract_fields add_rows"),
    ("plain", "wait one day before sending", "+wait"),
    ("asked", "only on weekdays", "+if"),
    ("asked", "remove the sorting", "-sort_into_categories"),
    ("limit", "don't ask me any more", "-ask_person"),
    ("plain", "make me a sandwich", ""),
]


@pytest.mark.parametrize(("flow", "sentence", "difference"), EDITS)
def test_steps_come_and_go(
    flows: dict[str, Graph], flow: str, sentence: str, difference: str
) -> None:
    base = flows[flow]
    proposal = by_rules(sentence, base=base)
    before, after = sorted(types(base)), sorted(types(proposal.graph))
    kinds = difference[1:].split()
    if difference.startswith("-"):
        assert sorted([*after, *kinds]) == before
    else:
        assert sorted([*before, *kinds]) == after
    assert not [one for one in errors_in(proposal.graph, AROUND, base) if one.field != "table"]
    told = changes(base, proposal.graph, AROUND)
    assert bool(told) == bool(difference)
    assert chosen(base, proposal.graph, frozenset(one.id for one in told)) == proposal.graph
    assert "simple rules" in proposal.says


@pytest.mark.parametrize(
    ("flow", "sentence", "told"),
    [
        ("limit", "make the price limit 80 instead of 100", "is more than” went from 100 to 80"),
        ("price", "make the price limit 80 instead of 100", "is less than” went from 100 to 80"),
        ("limit", "raise the limit to 500", "is more than” went from 100 to 500"),
        ("limit", "change the amount from 100 to 2,500.50", "went from 100 to 2500.5"),
        ("news", "only on weekdays", "“When” went from Every day at 8:30 to Every weekday at 8:30"),
        ("often", "only on weekdays", "“When” went from Every 15 minutes to"),
        ("news", "every Monday at 7 instead", "to Every Monday at 7:00"),
        ("news", "at 9:15 please", "to Every day at 9:15"),
        ("news", "send it to boss@example.org instead", "to boss@example.org"),
    ],
)
def test_one_setting_changes(flows: dict[str, Graph], flow: str, sentence: str, told: str) -> None:
    base = flows[flow]
    graph = by_rules(sentence, base=base).graph
    assert types(graph) == types(base)
    found = changes(base, graph, AROUND)
    assert [one for one in found if told in one.sentence]
    kept = [one for one in found if "Now called" not in one.sentence]
    assert len(kept) == 1
    assert {step.id for step in graph.steps} == {step.id for step in base.steps}


def test_what_was_approved_is_sent_after_a_change_too(flows: dict[str, Graph]) -> None:
    graph = by_rules("ask me before sending", base=flows["plain"]).graph
    ask, send = graph.order[-2:]
    assert send.fields["text"] == f"{{{{ steps.{ask.key}.values.Text }}}}"
    told = changes(flows["plain"], graph, AROUND)
    ask_id = f"add:{ask.id}"
    only_words = frozenset(one.id for one in told if one.id != ask_id)
    assert chosen(flows["plain"], graph, only_words) == flows["plain"]


def test_steps_make_room_for_new_ones(flows: dict[str, Graph]) -> None:
    base = flows["plain"]
    graph = by_rules("ask me before sending", base=base).graph
    assert len({(step.x, step.y) for step in graph.steps}) == len(graph.steps)
    first = base.order[0]
    assert graph.step(first.id) == first
