"""What a run shows of a conversation: a failed call tells why before anybody opens it."""

import pytest
from flask import Flask, render_template_string

from app.engine.values import Json
from app.runs.conversation import MAX_REASON_CHARS, Line, conversation_in

FAILED = "The table has no column “Price”. Its columns are: Lamp, In stock."


def call(state: str, answer: Json) -> Line:
    turn: dict[str, Json] = {"who": "tool", "tool": "stock", "call": 1, "arguments": {}}
    return conversation_in({"conversation": [{**turn, "state": state, "answer": answer}]})[0]


@pytest.mark.parametrize(
    ("state", "answer", "reason"),
    [
        ("failed", FAILED, "The table has no column “Price”."),
        ("failed", "The service\nanswered 404.", "The service answered 404."),
        ("failed", {"status": 404}, ""),
        ("failed", None, ""),
        ("failed", "…", ""),
        ("done", "All is well.", ""),
        ("refused", "This call was refused. Too much.", ""),
    ],
)
def test_a_failed_call_tells_why(state: str, answer: Json, reason: str) -> None:
    assert call(state, answer).reason == reason


def test_it_stays_a_line() -> None:
    assert len(call("failed", "no " * 500).reason) <= MAX_REASON_CHARS


def test_it_stands_beside_the_call_and_the_rest_inside(app: Flask) -> None:
    source = "{% from 'runs/_conversation.html' import tool_card %}{{ tool_card(line) }}"
    with app.test_request_context():
        drawn = render_template_string(source, line=call("failed", FAILED.replace("P", "<P")))
    card, _, beside = drawn.partition("</details>")
    assert "The table has no column “&lt;Price”." in beside
    assert "Its columns are" not in beside
    assert "Its columns are" in card
