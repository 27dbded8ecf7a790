"""The request's transactions: reads by default, one short write where a route asks for it."""

import contextlib
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import cast

from sqlalchemy.orm import Session

from app import database
from app.extensions import db

# SQLite wakes those that wait for its one writer in any order, so among many callers some would
# wait until they fail. The threads of one process take turns here instead.
_turn = threading.RLock()


def session() -> Session:
    """The session of this request."""
    return cast(Session, db.session())  # itself: what stands for it asks whose it is each time


@contextmanager
def writing(*, known: Sequence[object] = ()) -> Iterator[Session]:
    """The request's one write transaction; commits at the end of the block.

    `known` are objects on which nothing is decided inside: they are not read once more.
    """
    turn = _turn if db.engine.dialect.name == "sqlite" else contextlib.nullcontext()
    for one in known:
        session().expunge(one)
    with turn, database.writing(session()) as open_session:
        open_session.add_all(known)
        yield open_session
