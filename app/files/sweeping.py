"""Deletes files that belong to nothing any more: the row first, then the bytes.

Rows of files go with their run and their workspace, by the database itself. Bytes are removed
when no row speaks for them, so a crash between the two leaves only work for the next sweep.
"""

import uuid
from collections.abc import Sequence

from sqlalchemy import delete, select
from sqlalchemy.orm import Session, sessionmaker

from app import database
from app.files.models import File
from app.files.store import FileStore
from app.files.uploads import KEPT
from app.lib import clock

# Bytes are there a moment before their row: younger ones are left alone.
YOUNG_S = 3_600.0
_AT_ONCE = 500


def sweep(sessions: sessionmaker[Session], store: FileStore, *, young_s: float = YOUNG_S) -> int:
    """Forget uploads that no run took, and remove all bytes without a row; returns how many."""
    _forget_uploads(sessions)
    count = 0
    for found in store.older_than(young_s):
        for start in range(0, len(found), _AT_ONCE):
            orphans = _orphans(sessions, found[start : start + _AT_ONCE])
            for file_id in orphans:
                store.delete(file_id)
            count += len(orphans)
    return count


def _forget_uploads(sessions: sessionmaker[Session]) -> None:
    with sessions() as session, database.writing(session):
        session.execute(
            delete(File)
            .where(File.run_id.is_(None), File.created_at < clock.now() - KEPT)
            .execution_options(synchronize_session=False)
        )


def _orphans(sessions: sessionmaker[Session], found: Sequence[uuid.UUID]) -> set[uuid.UUID]:
    with sessions() as session:
        known = session.scalars(select(File.id).where(File.id.in_(found)))
        return set(found) - set(known)
