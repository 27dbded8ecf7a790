"""The step that asks a person: what it asks, and what it makes of each kind of answer."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.engine.errors import StepFailed
from app.engine.given import Settings
from app.engine.ports import SHUT, Ports
from app.engine.states import Reason, RunMode
from app.engine.step_type import Pause, Reply
from app.engine.values import Json
from app.nodes.ask_person import AskPerson
from app.nodes.proposal import from_rows, kept_or_changed, proposed

NOW = datetime(2026, 11, 12, 8, 52, tzinfo=UTC)
PORTS = Ports(http=SHUT, clock=lambda: NOW)
STEP = AskPerson()
LETTER = "Dear Tobias,\n\nwe refund the full amount."
QUESTIONS: list[Json] = [{"label": "How much", "key": "amount", "kind": "number", "required": True}]
ANA: dict[str, Json] = {"by": "Ana Ruiz", "comment": "", "at": "2026-11-12T09:24:00+00:00"}


def given(**fields: Any) -> dict[str, Any]:
    """Settings of the step, settled as a run does it."""
    values: list[Json] = [
        {"name": "To", "value": "tobias@post.example"},
        {"name": "Message", "value": LETTER},
        {"name": "Refund", "value": 84},
        {"name": "Paid back to", "value": "Card"},
    ]
    choices: list[Json] = [{"name": "Paid back to", "value": "Card, Voucher"}]
    typed = {"title": "Send this answer?", "values": values, "choices": choices, **fields}
    return Settings(STEP.fields, typed).fill({})


def asked(**fields: Any) -> Pause:
    """What the step waits for."""
    return STEP.run(given(**fields), PORTS)


def answered(pause: Pause, **answer: Json) -> Any:
    """What the step makes of this answer."""
    return STEP.resume({}, pause, Reply({**ANA, **answer}), PORTS)


def detail(pause: Pause) -> dict[str, Any]:
    """What is asked."""
    assert isinstance(pause.detail, dict)
    return pause.detail


def test_it_asks_with_values_of_their_kinds() -> None:
    pause = asked(why="The customer reported a crack.", button="Approve and send")
    assert pause.reason is Reason.APPROVAL
    assert pause.due is None
    kinds = [one.kind.value for one in from_rows(detail(pause)["values"])]
    assert kinds == ["text", "long_text", "number", "choice"]
    assert detail(pause)["remind_at"] is None
    assert detail(pause)["button"] == "Approve and send"
    assert not detail(pause)["rehearsal"]


def test_a_rehearsal_says_so() -> None:
    pause = STEP.run(given(), replace(PORTS, mode=RunMode.REHEARSAL))
    assert detail(pause)["rehearsal"] is True


@pytest.mark.parametrize(
    ("remind", "at"),
    [
        ("half", NOW + timedelta(hours=2)),
        ("1_hour", NOW + timedelta(hours=3)),
        ("1_day", None),
        ("never", None),
    ],
)
def test_a_deadline_and_its_reminder(remind: str, at: datetime | None) -> None:
    pause = asked(deadline="hours", within=4, remind=remind)
    assert pause.due == NOW + timedelta(hours=4)
    assert detail(pause)["remind_at"] == (at.isoformat() if at else None)


def test_approved_as_it_was() -> None:
    pause = asked()
    output = answered(pause, verdict="approve")
    assert output.port == "approved"
    assert output.value["approved"] is True
    assert output.value["changed"] == []
    assert output.value["values"]["Refund"] == 84
    assert STEP.tell(given(), output.value) == "Ana Ruiz approved"


def test_approved_with_one_change() -> None:
    output = answered(asked(), verdict="approve", values={"Refund": 42, "Evil": 1})
    assert output.value["changed"] == ["Refund"]
    assert output.value["values"]["Refund"] == 42
    assert "Evil" not in output.value["values"]
    assert STEP.tell(given(), output.value) == "Ana Ruiz approved with one change"


def test_changes_count_only_where_they_are_allowed() -> None:
    output = answered(asked(may_change=False), verdict="approve", values={"Refund": 42})
    assert output.value["values"]["Refund"] == 84


def test_refused_and_sent_back() -> None:
    refused = answered(asked(), verdict="refuse", comment="Too much")
    assert refused.port == "refused"
    assert STEP.tell(given(), refused.value) == "Ana Ruiz refused: Too much"
    back = answered(asked(may_send_back=True), verdict="change", comment="Be kinder")
    assert back.port == "change"
    assert back.value["comment"] == "Be kinder"
    assert STEP.tell(given(), back.value) == "Ana Ruiz asked for a change: Be kinder"


def test_anything_else_is_a_refusal() -> None:
    assert answered(asked(), verdict="maybe").port == "refused"
    assert STEP.resume({}, asked(), Reply(None), PORTS).port == "refused"


@pytest.mark.parametrize(
    ("when_late", "port", "words"),
    [
        ("refuse", "refused", "Nobody answered in time, so it counts as refused"),
        ("approve", "approved", "Nobody answered in time, so it counts as approved"),
        ("late", "late", "Nobody answered in time"),
    ],
)
def test_nobody_answers(when_late: str, port: str, words: str) -> None:
    fields: dict[str, Json] = {"deadline": "hours", "when_late": when_late}
    output = STEP.resume({}, asked(**fields), Reply(is_due=True), PORTS)
    assert output.port == port
    assert isinstance(output.value, dict)
    assert STEP.tell(given(**fields), output.value) == words


def test_nobody_answers_and_that_is_a_failure() -> None:
    pause = asked(deadline="days", when_late="fail")
    with pytest.raises(StepFailed, match="Nobody answered “Send this answer\\?” in time"):
        STEP.resume({}, pause, Reply(is_due=True), PORTS)


def test_a_form_gives_its_answers() -> None:
    fields: dict[str, Any] = {"kind": "form", "questions": QUESTIONS, "deadline": "minutes"}
    pause = asked(**fields)
    assert pause.reason is Reason.FORM
    assert detail(pause)["values"] == []
    output = answered(pause, verdict="answer", answers={"amount": 12})
    assert (output.port, output.value["answers"]) == ("out", {"amount": 12})
    assert STEP.tell(given(**fields), output.value) == "Ana Ruiz answered Send this answer?"
    late = STEP.resume({}, pause, Reply(is_due=True), PORTS)
    assert late.port == "late"
    assert STEP.tell(given(**fields), late.value) == "Nobody answered in time"  # type: ignore[arg-type]


def test_its_ways_out_follow_its_settings() -> None:
    def ways(**fields: Json) -> list[str]:
        return [port.id for port in STEP.ports_out({**STEP.initial_fields(), **fields})]

    assert ways() == ["approved", "refused"]
    assert ways(may_send_back=True) == ["approved", "refused", "change"]
    assert ways(deadline="hours") == ["approved", "refused", "late"]
    assert ways(deadline="hours", when_late="refuse") == ["approved", "refused"]
    assert ways(kind="form") == ["out"]
    assert ways(kind="form", deadline="days") == ["out", "late"]


def test_who_may_answer() -> None:
    assert detail(asked())["people"] == []
    pause = asked(who="people", people="Ana@Harbour.example,\nMei <mei@harbour.example>")
    assert detail(pause)["people"] == ["ana@harbour.example", "mei@harbour.example"]
    with pytest.raises(StepFailed, match="holds no address"):
        asked(who="people", people="Ana Ruiz")


def test_what_is_wrong_with_its_settings() -> None:
    assert STEP.problems({"choices": [{"name": "Card", "value": "a, b"}], "values": []}) == [
        ("choices", "There is no value “Card” above.")
    ]
    form: dict[str, Json] = {"kind": "form", "deadline": "days", "when_late": "approve"}
    form["questions"] = [{"label": "Receipt", "key": "receipt", "kind": "file"}]
    assert [place for place, _ in STEP.problems(form)] == ["questions", "when_late"]
    common = {"answers", "by", "comment", "answered_at"}
    assert set(STEP.offers(form)) == common | {"answers.receipt"}
    values: list[Json] = [{"name": "Refund", "value": 1}, {"name": "Paid back to", "value": 2}]
    offered = STEP.offers({"kind": "approval", "values": values})
    assert {"values", "values.Refund"} < set(offered)
    assert "values.Paid back to" not in offered
    asked = STEP.offers({"kind": "form", "questions": QUESTIONS})
    assert asked["answers.amount"] == "How much"


def test_a_value_that_was_only_looked_at_is_kept_as_it_was() -> None:
    letter, number, none, names = proposed(
        [
            {"name": "Letter", "value": LETTER + "\n"},
            {"name": "Sum", "value": 84.5},
            {"name": "Note", "value": None},
            {"name": "Names", "value": ["a"]},
        ]
    )
    assert kept_or_changed(letter, LETTER.replace("\n", "\r\n")) == LETTER + "\n"
    assert kept_or_changed(letter, "Hello") == "Hello"
    assert kept_or_changed(number, 84.5) == 84.5
    assert kept_or_changed(number, 80) == 80
    assert kept_or_changed(none, None) is None
    assert kept_or_changed(names, "evil") == ["a"]
