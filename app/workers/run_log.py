"""The one writer of run logs: every line passes the redactor, and there is an end to them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.engine.record import LogLevel
from app.engine.redact import Redactor
from app.lib import clock
from app.runs.models import LogLevel as StoredLevel
from app.workers.claims import Claim

MAX_LINE_CHARS = 2_000
MAX_LINES = 2_000


@dataclass(frozen=True, slots=True)
class _Line:
    seq: int
    at: datetime
    level: LogLevel
    step_id: str | None
    text: str


class RunLog:
    """Lines of one run that wait to be stored; numbering goes on where the last worker stopped."""

    def __init__(self, claim: Claim, redactor: Redactor, *, written: int) -> None:
        self._claim = claim
        self._redactor = redactor
        self._seq = written
        self._lines: list[_Line] = []

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to store."""
        return not self._lines

    def write(self, level: LogLevel, text: str, *, step_id: str | None = None) -> None:
        """Add a line; after MAX_LINES of them one says so and the rest is left out."""
        if self._seq > MAX_LINES:
            return
        self._seq += 1
        if self._seq > MAX_LINES:
            level, text, step_id = "warning", "The log is full. Later lines are left out.", None
        shown = self._redactor.text(text)
        if len(shown) > MAX_LINE_CHARS:
            shown = f"{shown[:MAX_LINE_CHARS]}… ({len(shown):,} characters in all)"
        self._lines.append(_Line(self._seq, clock.now(), level, step_id, shown))

    def rows(self) -> list[dict[str, Any]]:
        """The waiting lines as rows of `run_logs`."""
        return [
            {
                "workspace_id": self._claim.workspace_id,
                "run_id": self._claim.run_id,
                "seq": line.seq,
                "at": line.at,
                "level": StoredLevel(line.level),
                "node_id": line.step_id,
                "text": line.text,
            }
            for line in self._lines
        ]

    def stored(self) -> None:
        """The waiting lines are in the database now."""
        self._lines.clear()
