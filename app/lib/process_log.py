"""The process's own log: one line per event on standard error, with secrets taken out."""

import logging
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TextIO

_CONTROLS = (*range(0x20), 0x7F, 0x85, 0x2028, 0x2029)
_BREAKS = {code: f"\\x{code:02x}" for code in _CONTROLS} | {ord("\n"): " | "}
# They repeat what our own lines say, or name whole web addresses.
_QUIET = ("urllib3", "alembic", "rq", "werkzeug")


def set_up(
    *, clean: Callable[[str], str], level: int = logging.INFO, stream: TextIO | None = None
) -> None:
    """Make every logger of this process write through `clean` to `stream` (standard error).

    Call once per process, before work begins; calling again replaces the earlier set-up.
    `clean` gets the whole finished line, a stack trace included, and returns what may be kept.
    """
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(_OneLine(clean))
    root = logging.getLogger()
    for old in list(root.handlers):
        if isinstance(old.formatter, _OneLine):
            root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(level)
    for name in _QUIET:
        logging.getLogger(name).setLevel(max(level, logging.WARNING))
    logging.captureWarnings(True)


class _OneLine(logging.Formatter):
    """`2026-11-03T09:15:02.120Z WARNING app.workers.drain: words | trace | trace`."""

    def __init__(self, clean: Callable[[str], str]) -> None:
        super().__init__("{levelname} {name}: {message}", style="{")
        self._clean = clean

    def format(self, record: logging.LogRecord) -> str:
        """The event as one line; line breaks inside become ` | ` so that nobody can forge one."""
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        text = super().format(record)
        # Cleaned before the breaks are replaced: a key of several lines must be recognised whole.
        return f"{at.removesuffix('+00:00')}Z {self._clean(text).translate(_BREAKS)}"
