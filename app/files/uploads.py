"""Files that came before their run: kept for a day, and handed over when the run begins."""

import uuid
from collections.abc import Sequence
from datetime import timedelta
from typing import BinaryIO

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session, scoped_session

from app import database
from app.engine.values import Json
from app.files.models import File
from app.files.names import clean_name, media_type_of
from app.files.store import MAX_FILE_BYTES, FileRefused, FileStore
from app.lib import clock

KEPT = timedelta(days=1)
# All uploads of a workspace that wait for their run; what a public form can fill at most.
MAX_WAITING_BYTES = 1_000_000_000
FULL = (
    "There are too many files here that were sent and never used. They are deleted after a day; "
    "try again then."
)


def keep(
    session: Session | scoped_session[Session],
    store: FileStore,
    workspace_id: uuid.UUID,
    name: str,
    stream: bytes | BinaryIO,
    by: uuid.UUID | None = None,
    *,
    media_type: str = "",
    max_bytes: int = MAX_FILE_BYTES,
) -> dict[str, Json]:
    """Store an upload and return its value; `by` is the id of the person who sent it.

    Call it outside `writing()`: the bytes are written first, then the row in a short
    transaction of its own. Raises FileRefused over a cap.
    """
    tidy = clean_name(name)
    if waiting_bytes(session, workspace_id) > MAX_WAITING_BYTES:
        raise FileRefused(FULL)
    stored = store.write(stream, name=tidy, max_bytes=max_bytes)
    file = File(
        id=stored.id,
        workspace_id=workspace_id,
        name=tidy,
        media_type=media_type_of(tidy, media_type),
        size=stored.size,
        sha256=stored.sha256,
        created_by=by,
    )
    value = file.value
    try:
        with database.writing(session):
            session.add(file)
    except BaseException:
        store.delete(stored.id)
        raise
    return value


def attach(
    session: Session,
    file_ids: Sequence[uuid.UUID],
    run_id: uuid.UUID,
    *,
    workspace_id: uuid.UUID,
) -> int:
    """Give uploads to the run that begins; call it in the transaction that inserts the run.

    A file that belongs to a run already stays there, and one of another workspace is not found.
    Returns how many were given.
    """
    if not file_ids:
        return 0
    given = session.execute(
        update(File)
        .where(
            File.workspace_id == workspace_id,
            File.id.in_(list(file_ids)),
            File.run_id.is_(None),
        )
        .values(run_id=run_id)
        .execution_options(synchronize_session=False)
    )
    return int(given.rowcount)  # type: ignore[attr-defined]  # an UPDATE has one


def copy_for_new_run(
    session: Session | scoped_session[Session],
    store: FileStore,
    workspace_id: uuid.UUID,
    file_id: uuid.UUID,
    by: uuid.UUID | None = None,
) -> dict[str, Json] | None:
    """The value of an upload that has the bytes of an earlier run's file; None if it is gone."""
    earlier = one(session, workspace_id, file_id)
    if earlier is None:
        return None
    copied = {
        "name": earlier.name,
        "media_type": earlier.media_type,
        "size": earlier.size,
        "sha256": earlier.sha256,
    }
    try:
        new_id = store.write_copy(file_id)
    except FileNotFoundError:
        return None
    file = File(id=new_id, workspace_id=workspace_id, created_by=by, **copied)
    value = file.value
    with database.writing(session):
        session.add(file)
    return value


def one(
    session: Session | scoped_session[Session], workspace_id: uuid.UUID, file_id: uuid.UUID
) -> File | None:
    """The file of this workspace with this id."""
    return session.scalars(
        select(File).where(File.workspace_id == workspace_id, File.id == file_id)
    ).one_or_none()


def waiting_bytes(session: Session | scoped_session[Session], workspace_id: uuid.UUID) -> int:
    """How much the uploads of a workspace take that wait for their run."""
    total = session.scalar(
        select(func.sum(File.size)).where(
            File.workspace_id == workspace_id,
            File.run_id.is_(None),
            File.created_at > clock.now() - KEPT,
        )
    )
    return int(total or 0)
