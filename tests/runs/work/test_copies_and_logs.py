"""What people read of a run: short, without secrets, and never cut silently."""

from app.engine.redact import HIDDEN, Redactor
from app.lib import ids
from app.runs.models import Lane
from app.runs.work.claims import Claim
from app.runs.work.people_copy import MAX_CHARS, MAX_ITEMS, MAX_TEXT_CHARS, people_copy
from app.runs.work.run_log import MAX_LINE_CHARS, MAX_LINES, RunLog
from app.runs.work.run_redactor import RunRedactor

NOTHING = Redactor()


def test_small_values_are_shown_whole() -> None:
    value = {"order": 48213, "items": [{"name": "Lamp", "price": 89.0}], "paid": True, "note": None}
    assert people_copy(value, NOTHING) == value


def test_secrets_are_hidden_by_value_and_by_name() -> None:
    copy = people_copy({"said": "my sesame opens", "password": "hunter"}, Redactor(["sesame"]))
    assert copy == {"said": f"my {HIDDEN} opens", "password": HIDDEN}


def test_what_is_left_out_is_said() -> None:
    copy = people_copy({"text": "a" * 9_000, "list": list(range(500))}, NOTHING)
    assert isinstance(copy, dict)
    assert copy["text"] == "a" * MAX_TEXT_CHARS + "… (9,000 characters in all)"
    assert copy["list"] == [*range(MAX_ITEMS), "… 400 more not shown"]


def test_a_copy_has_an_end() -> None:
    wide = people_copy([["b" * 3_000] * 90] * 90, NOTHING)
    assert len(str(wide)) < 2 * MAX_CHARS
    deep: object = "end"
    for _ in range(40):
        deep = [deep]
    assert "nested too deep" in str(people_copy(deep, NOTHING))


def test_the_log_is_redacted_numbered_and_ends() -> None:
    claim = Claim(ids.new_id(), ids.new_id(), 2, 0, Lane.DEFAULT, 7, False)
    redactor = RunRedactor()
    log = RunLog(claim, redactor, written=MAX_LINES - 3)
    redactor.learn(["sesame"])
    log.write("info", "sesame and " + "x" * 5_000)
    for _ in range(5):
        log.write("error", "again", step_id="abcdefgh")
    rows = log.rows()
    assert [row["seq"] for row in rows] == [MAX_LINES - 2, MAX_LINES - 1, MAX_LINES, MAX_LINES + 1]
    assert rows[0]["text"].startswith(f"{HIDDEN} and x")
    assert len(rows[0]["text"]) < MAX_LINE_CHARS + 50
    assert "log is full" in rows[-1]["text"]
    log.stored()
    assert log.is_empty
