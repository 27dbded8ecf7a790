"""The request's transactions: reads by default, one short write where a route asks for it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

from sqlalchemy.orm import Session

from app import database
from app.extensions import db


def session() -> Session:
    """The session of this request."""
    return cast(Session, db.session)


@contextmanager
def writing() -> Iterator[Session]:
    """The request's one write transaction; commits at the end of the block."""
    with database.writing(session()) as open_session:
        yield open_session
