"""The process log: one line per event, nothing forged, nothing secret."""

import io
import logging
import re
import warnings
from collections.abc import Iterator

import pytest

from app.lib import process_log

CANARY = "canary-4f9c1b"


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """What the log wrote; every logger is put back afterwards."""
    root = logging.getLogger()
    before = list(root.handlers), root.level
    stream = io.StringIO()
    process_log.set_up(clean=lambda text: text.replace(CANARY, "[hidden]"), stream=stream)
    yield stream
    root.handlers, root.level = before
    logging.captureWarnings(False)


def test_one_event_is_one_line(lines: io.StringIO) -> None:
    logging.getLogger("app.runs").info("run %s ended\nERROR app: forged\x1b[2J\r", 7)
    assert re.fullmatch(
        r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z INFO app\.runs: "
        r"run 7 ended \| ERROR app: forged\\x1b\[2J\\x0d\n",
        lines.getvalue(),
    )


def test_secrets_are_taken_out_of_words_and_traces(lines: io.StringIO) -> None:
    try:
        raise ValueError(CANARY)
    except ValueError:
        logging.getLogger("app").exception("could not send %s", CANARY)
    (line,) = lines.getvalue().splitlines()
    assert CANARY not in line
    assert line.count("[hidden]") == 2
    assert "ValueError: [hidden]" in line


def test_setting_it_up_again_does_not_write_twice(lines: io.StringIO) -> None:
    again = io.StringIO()
    process_log.set_up(clean=str, stream=again)
    logging.getLogger("app").warning("once")
    assert lines.getvalue() == ""
    assert again.getvalue().count("once") == 1


def test_warnings_and_libraries_go_the_same_way(lines: io.StringIO) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn(f"old {CANARY}", stacklevel=1)
    logging.getLogger("urllib3.connection").info("not worth a line")
    logging.getLogger("some.library").warning("worth a line")
    text = lines.getvalue()
    assert "old [hidden]" in text
    assert "not worth" not in text
    assert "WARNING some.library: worth a line" in text
