"""What is asked before composing: three things at most, and nothing twice."""

from app.composing import composer
from app.composing.wishes import Understood
from tests.composing.flows import BARE
from tests.composing.wishing import Planted, by_rules, types, wish

SAID = "when an enquiry comes in, sort it and draft an answer, somebody has to approve it"


def asked(*said: str) -> Understood:
    return composer.understand(wish(*said), Planted({}), "", is_practice=True)


def test_it_asks_what_changes_the_flow() -> None:
    found = asked(SAID)
    assert [one.text for one in found.questions] == [
        "Where do the enquiries come from?",
        "What kinds of enquiries are there?",
        "Who may say yes or no?",
    ]
    assert all(len(one.choices) > 1 for one in found.questions)
    assert found.summary == ("When an enquiry comes in, I sort it, write a draft and ask first.")


def test_an_answer_is_never_asked_for_again() -> None:
    said = [SAID]
    for answer in ("Another program", "Billing, technical and other", "Me"):
        questions = asked(*said).questions
        said.append(f"{questions[0].text}: {answer}")
    assert asked(*said).questions == ()
    graph = by_rules(*said).graph
    assert types(graph)[0] == "start_webhook"
    rows = graph.order[1].fields["categories"]
    assert isinstance(rows, list)
    assert [one["label"] for one in rows if isinstance(one, dict)] == [
        "Billing",
        "Technical",
        "Other",
    ]
    ask = next(step for step in graph.order if step.type == "ask_person")
    assert ask.fields["people"] == "ana@harbourpine.example"


def test_nothing_is_asked_when_enough_is_known() -> None:
    for said in (
        "every weekday at 8:30 fetch https://example.org and mail me a summary",
        "when an e-mail arrives, sort it into bills and adverts and tell me",
        "when somebody fills in the form, ask me whether it is OK and thank them",
    ):
        assert asked(said).questions == ()


def test_which_table_is_asked_only_where_there_are_several() -> None:
    said = "when an e-mail arrives, put it in a table"
    assert [one.key for one in asked(said).questions] == ["table"]
    bare = composer.understand(wish(said, around=BARE), Planted({}), "", is_practice=True)
    assert bare.questions == ()
    graph = by_rules(said, "Which table is it about?: Customers").graph
    assert graph.order[-1].fields["table"] == "tab-cust"


def test_the_answer_decides_the_start() -> None:
    starts = {
        "E-mail": "start_email",
        "A form": "start_form",
        "A chat": "start_chat",
        "Another program": "start_webhook",
    }
    for answer, start in starts.items():
        told = f"Where do the enquiries come from?: {answer}"
        assert types(by_rules("sort enquiries and tell me", told).graph)[0] == start
