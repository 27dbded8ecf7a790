"""The log of a run: numbered lines, without secrets, and an end."""

from app.engine.redact import HIDDEN
from app.lib import ids
from app.runs.models import Lane
from app.workers.claims import Claim
from app.workers.run_log import MAX_LINE_CHARS, MAX_LINES, RunLog
from app.workers.run_redactor import RunRedactor


def test_the_log_is_redacted_numbered_and_ends() -> None:
    claim = Claim(ids.new_id(), ids.new_id(), 2, 0, Lane.DEFAULT, ids.new_id(), None, False)
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
