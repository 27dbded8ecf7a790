"""What a page asks the database, counted at the database itself."""

import contextlib
import re
from collections.abc import Iterator

from flask import Flask
from sqlalchemy import Engine, event

from app.extensions import db

ROWS = re.compile(r"\s*(SELECT|INSERT|UPDATE|DELETE)\b")


@contextlib.contextmanager
def statements(app: Flask) -> Iterator[list[str]]:
    """All that SQLite is asked inside the block, by whatever way."""
    with app.app_context():
        engine = db.engine
    with said_to(engine) as asked:
        yield asked


@contextlib.contextmanager
def said_to(engine: Engine, kind: re.Pattern[str] = ROWS) -> Iterator[list[str]]:
    """As `statements`, of this engine's connections and this kind of words."""
    asked: list[str] = []

    def note(said: str) -> None:
        if kind.match(said):
            asked.append(said)

    def listen(connection: object, *_rest: object) -> None:
        connection.set_trace_callback(note)  # type: ignore[attr-defined]  # of sqlite3

    def leave(connection: object, *_rest: object) -> None:
        connection.set_trace_callback(None)  # type: ignore[attr-defined]  # of sqlite3

    event.listen(engine, "checkout", listen)
    event.listen(engine, "checkin", leave)
    try:
        yield asked
    finally:
        event.remove(engine, "checkout", listen)
        event.remove(engine, "checkin", leave)
