"""Engines and transactions: reads are read-only, writes are short and declared.

SQLite takes one writer at a time. A transaction that begins as a read and writes later fails at
once when another writer committed in between, so a write opens its own transaction, which waits
for its turn (BEGIN IMMEDIATE), and nothing slow happens inside it.
"""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session, scoped_session, sessionmaker
from sqlalchemy.pool import PoolProxiedConnection

BUSY_TIMEOUT_MS = 10_000
POOL_SIZE = 20
BEGIN_WRITE = "BEGIN IMMEDIATE"
# SQLite itself asks ever more seldom, up to ten times a second, so among many writers those that
# have waited longest would go last.
ASK_FOR_TURN_S = 0.001
_WRITE = "lamplight_write"
_IMPATIENT = "lamplight_impatient"
_GUARDS_READS = "lamplight_guards_reads"
_FIRST_BYTE = 0xFF  # of an error's code: what it is; the rest says why
# A host that is cut off is given up within half a minute by both ends; else its locks, of which
# the turn to keep the timetable is one, would stay for hours.
_QUIET_S, _ASK_AGAIN_S, _ASK_TIMES = 10, 5, 3
_TO_POSTGRESQL = {
    "connect_timeout": 10,
    "keepalives_idle": _QUIET_S,
    "keepalives_interval": _ASK_AGAIN_S,
    "keepalives_count": _ASK_TIMES,
    "tcp_user_timeout": (_QUIET_S + _ASK_AGAIN_S * _ASK_TIMES) * 1000,
}
S = TypeVar("S", bound="Session | scoped_session[Session]")


def engine_options(url: str) -> dict[str, Any]:
    """Arguments of `create_engine` for this address."""
    if make_url(url).get_backend_name() == "sqlite":
        return {
            # Who worked last has what SQLite keeps in memory; every other connection reads anew.
            "pool_use_lifo": True,
            "connect_args": {"timeout": BUSY_TIMEOUT_MS / 1000, "check_same_thread": False},
        }
    return {
        "pool_size": POOL_SIZE,
        "max_overflow": 10,
        "pool_pre_ping": True,
        "connect_args": dict(_TO_POSTGRESQL),
    }


def make_engine(url: str, *, guards_reads: bool = True) -> Engine:
    """An engine with the habits of this module, for workers, commands and tests.

    guards_reads: let SQLite refuse a write in a transaction that only reads. Without it such a
    write is lost at the end of the transaction, as nobody commits it.
    """
    options = {_GUARDS_READS: guards_reads}
    engine = create_engine(url, execution_options=options, **engine_options(url))
    prepare(engine)
    return engine


def session_factory(engine: Engine) -> sessionmaker[Session]:
    """Sessions for worker threads and commands, one each; never Flask's scoped one."""
    return sessionmaker(engine, expire_on_commit=False)


def prepare(engine: Engine) -> None:
    """Give an engine its connection settings and its read-only default."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _set_up_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    else:
        event.listen(engine, "connect", _set_up_postgresql)
        event.listen(engine, "begin", _begin_postgresql)


@contextmanager
def writing(session: S) -> Iterator[S]:
    """One write transaction around one domain call; commits at the end, rolls back on an error.

    Ends the session's read transaction first. Objects loaded before are read again when touched,
    so that a decision inside is made on what is true under the write lock.
    """
    session.rollback()
    session.connection(execution_options={_WRITE: True})
    try:
        yield session
        session.commit()
    except BaseException:
        session.rollback()
        raise


def refuse_to_wait(connection: Connection) -> None:
    """Let writes of this connection raise OperationalError at once while somebody else writes."""
    connection.execution_options(**{_IMPATIENT: True})


def _set_up_sqlite(connection: DBAPIConnection, _record: object) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves
    cursor = connection.cursor()
    cursor.execute("PRAGMA page_count")
    if cursor.fetchone() == (0,):
        # Only a file without tables can change it; on any other it would wait for the writer.
        cursor.execute("PRAGMA auto_vacuum=INCREMENTAL")
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.close()


def _set_up_postgresql(connection: DBAPIConnection, _record: object) -> None:
    cursor = connection.cursor()
    cursor.execute(
        f"SET tcp_keepalives_idle = {_QUIET_S};"
        f"SET tcp_keepalives_interval = {_ASK_AGAIN_S};"
        f"SET tcp_keepalives_count = {_ASK_TIMES};"
        f"SET tcp_user_timeout = {_TO_POSTGRESQL['tcp_user_timeout']}"
    )
    cursor.close()
    connection.commit()  # else the first rollback takes it back


def let_write(lent: PoolProxiedConnection, *, may: bool) -> None:
    """Whether SQLite takes writes on this connection from now on, also for who has it next.

    It stays as it is until somebody needs the other: with each change SQLite compiles all its
    statements anew, which costs a page more than running them.
    """
    if lent.info.get(_WRITE) is not may:
        _tell_sqlite(lent, f"PRAGMA query_only={'OFF' if may else 'ON'}")
        lent.info[_WRITE] = may


def _begin_sqlite(connection: Connection) -> None:
    options = connection.get_execution_options()
    is_write = bool(options.get(_WRITE))
    let_write(connection.connection, may=is_write or not options.get(_GUARDS_READS, True))
    if is_write:
        patience_s = 0.0 if options.get(_IMPATIENT) else BUSY_TIMEOUT_MS / 1000
        try:
            _take_turn(connection.connection, patience_s)
        except sqlite3.OperationalError as error:  # no turn within that time
            raise OperationalError(BEGIN_WRITE, None, error) from error
        return
    _tell_sqlite(connection.connection, "BEGIN")


def _take_turn(lent: PoolProxiedConnection, patience_s: float) -> None:
    """Become SQLite's one writer. Raises sqlite3.OperationalError when nobody made way in time."""
    _tell_sqlite(lent, "PRAGMA busy_timeout=0")
    until = time.monotonic() + patience_s
    try:
        while True:
            try:
                return _tell_sqlite(lent, BEGIN_WRITE)
            except sqlite3.OperationalError as error:
                is_taken = error.sqlite_errorcode & _FIRST_BYTE == sqlite3.SQLITE_BUSY
                if not is_taken or time.monotonic() >= until:
                    raise
                time.sleep(ASK_FOR_TURN_S)
    finally:
        _tell_sqlite(lent, f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")


def _tell_sqlite(lent: PoolProxiedConnection, statement: str) -> None:
    """Straight to the driver: every request says these."""
    cursor = lent.cursor()
    cursor.execute(statement)
    cursor.close()


def _begin_postgresql(connection: Connection) -> None:
    if not connection.get_execution_options().get(_WRITE):
        connection.exec_driver_sql("SET TRANSACTION READ ONLY")
