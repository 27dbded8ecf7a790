"""What a page asks the database, counted at the database itself."""

import contextlib
import re
from collections.abc import Iterator

from flask import Flask
from sqlalchemy import event

from app.extensions import db

ROWS = re.compile(r"\s*(SELECT|INSERT|UPDATE|DELETE)\b")


@contextlib.contextmanager
def statements(app: Flask) -> Iterator[list[str]]:
    """All that SQLite is asked inside the block, by whatever way."""
    asked: list[str] = []

    def note(said: str) -> None:
        if ROWS.match(said):
            asked.append(said)

    def listen(connection: object, *_rest: object) -> None:
        connection.set_trace_callback(note)  # type: ignore[attr-defined]  # of sqlite3

    def leave(connection: object, *_rest: object) -> None:
        connection.set_trace_callback(None)  # type: ignore[attr-defined]  # of sqlite3

    with app.app_context():
        engine = db.engine
    event.listen(engine, "checkout", listen)
    event.listen(engine, "checkin", leave)
    try:
        yield asked
    finally:
        event.remove(engine, "checkout", listen)
        event.remove(engine, "checkin", leave)
