"""The log of a long-running process: one line per event, with secrets taken out."""

from app.engine.redact import Redactor
from app.lib import process_log


def set_up() -> None:
    """Send everything that this process logs through the redactor to standard error."""
    process_log.set_up(clean=Redactor(()).text)
