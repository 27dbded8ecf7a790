"""What work beside the timetable needs of the process that does it."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app import database
from app.files.store import FileStore

_SNAPSHOT = {"isolation_level": "REPEATABLE READ"}


@dataclass(frozen=True, slots=True)
class Tools:
    """Sessions, the store of uploads, and the turn of this process to write."""

    sessions: Callable[[], Session]
    files: FileStore
    turn: AbstractContextManager[object]  # one that can be entered again and again

    @contextmanager
    def writing(self, session: Session) -> Iterator[Session]:
        """A short write transaction of this session."""
        with self.turn, database.writing(session) as open_session:
            yield open_session

    @contextmanager
    def looking(self) -> Iterator[Session]:
        """A session that sees everything as it is at one moment, however long it reads."""
        with self.sessions() as session:
            if session.get_bind().dialect.name == "postgresql":
                session.connection(execution_options=_SNAPSHOT)
            yield session
