"""One process of all has the turn: a lock that ends with the process that holds it."""

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine, text

_NUMBER = 0x4C616D70  # "Lamp"; any number that nobody else in this database uses


@contextmanager
def turn(engine: Engine, *, lock_file: Path) -> Iterator[Callable[[], bool] | None]:
    """Take the turn if nobody has it: gives a function that tells whether it is still ours.

    Gives None when somebody else has it. On PostgreSQL this is an advisory lock, on SQLite,
    which serves one machine only, a lock on `lock_file`.
    """
    if engine.dialect.name == "sqlite":
        with _file_turn(lock_file) as is_ours:
            yield is_ours
    else:
        with _postgresql_turn(engine) as is_ours:
            yield is_ours


@contextmanager
def _file_turn(lock_file: Path) -> Iterator[Callable[[], bool] | None]:
    lock_file.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(lock_file, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        yield None
    else:
        yield lambda: True
    finally:
        os.close(descriptor)


@contextmanager
def _postgresql_turn(engine: Engine) -> Iterator[Callable[[], bool] | None]:
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if not connection.scalar(text("SELECT pg_try_advisory_lock(:number)"), {"number": _NUMBER}):
            yield None
            return
        try:
            # A connection that broke has lost its lock; asking it raises.
            yield lambda: bool(connection.scalar(text("SELECT true")))
        finally:
            connection.scalar(text("SELECT pg_advisory_unlock(:number)"), {"number": _NUMBER})
