"""Wishes as people in offices write them: what came out wrong once stays right."""

import pytest

from app.engine.graph import Graph
from tests.composing.wishing import by_rules, names, types


def names_of(said: str) -> list[str]:
    return names(by_rules(said).graph)


def settings(graph: Graph, kind: str) -> str:
    return str(next(step.fields for step in graph.steps if step.type == kind))


@pytest.mark.parametrize(
    ("said", "steps"),
    [
        (
            "When a complaint arrives, write an apology and let me check it before it goes out",
            ["When a complaint arrives", "Draft an apology", "Ask Ana before sending",
             "Send the answer"],
        ),
        (
            "Read applications from the mailbox, take out name, phone and skills",
            ["When an application arrives", "Take out name, phone and skills",
             "Mail the application details to Ana"],
        ),
        (
            "Remind me every Thursday at 3 pm to send the time sheets",
            ["Every Thursday at 15:00", "Tell Ana by mail"],
        ),
        (
            "Draft a newsletter about our new products and ask me before it is sent",
            ["Enter the product", "Draft a newsletter", "Ask Ana to look at it",
             "Mail the newsletter to Ana"],
        ),
        (
            "Answer questions of employees about the travel policy",
            ["When a chat message comes", "Answer the question", "Answer in the chat"],
        ),
        (
            "Forward mails about contracts to legal@harbour.example",
            ["When a contract arrives", "Tell Legal by mail"],
        ),
        (
            "Please make me an agent which answers the phone messages that come in as e-mail",
            ["When an e-mail arrives", "Draft an answer", "Send the answer"],
        ),
        (
            "Tell me on Slack as soon as a customer is angry",
            ["When an e-mail arrives", "Sort the e-mail", "Post it to Slack"],
        ),
    ],
)  # fmt: skip
def test_it_becomes_these_steps(said: str, steps: list[str]) -> None:
    assert names_of(said) == steps


def test_a_holiday_is_no_day_of_the_week() -> None:
    graph = by_rules("Every first of the month mail me who is on holiday this month").graph
    assert "who is on holiday this month" in settings(graph, "ask_model")


def test_nobody_is_told_that_mails_come_by_mail() -> None:
    said = by_rules("Save attachments of e-mails as rows in a table").says
    assert "come by e-mail" not in said


def test_in_a_chat_what_was_said_before_stands_apart() -> None:
    graph = by_rules("Answer questions of employees about the travel policy").graph
    assert types(graph)[1] == "ask_model"
    told = settings(graph, "ask_model")
    assert told.index("What was said before:") < told.index("The new message:")


@pytest.mark.parametrize(
    ("said", "moment"),
    [
        ("Remind me three days before an invoice is due", "three days before an invoice is due"),
        ("Mail the guest the day after they left, and thank them", "the day after they left"),
    ],
)
def test_a_moment_that_no_rule_knows_is_named(said: str, moment: str) -> None:
    assert f"It does not wait for “{moment}”" in by_rules(said).says


def test_a_time_that_can_be_waited_is_not_named() -> None:
    assert "It does not wait" not in by_rules("Wait two days, then mail me the order").says
