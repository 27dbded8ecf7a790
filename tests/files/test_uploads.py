"""Uploads: kept for a day, handed to the run that begins, gone with it."""

import os
import uuid
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session, sessionmaker

from app import database
from app.files import sweeping, uploads
from app.files.models import File
from app.files.store import FileRefused, FileStore
from app.lib import clock
from app.runs.models import Run
from app.workspaces.models import Workspace
from tests.cast import Cast
from tests.databases import on_both
from tests.files.conftest import Open, StartRun


def id_of(value: dict[str, object]) -> uuid.UUID:
    """The id in a file value."""
    return uuid.UUID(str(value["file"]))


@on_both
def test_an_upload_belongs_to_the_run_that_it_is_given_to(
    cast: Cast, start_run: StartRun, open_door: Open, session: Session, store: FileStore
) -> None:
    value = uploads.keep(session, store, cast.harbour.id, "a/b.csv", b"x;y", cast.ben.id)
    assert (value["name"], value["media_type"]) == ("b.csv", "text/csv")
    run = start_run(cast, files=[id_of(value)])
    assert open_door(run).open(value).path.read_bytes() == b"x;y"
    second = start_run(cast, files=[id_of(value)])
    session.rollback()
    assert session.scalars(select(File.run_id)).one() == run.id != second.id


@on_both
def test_an_upload_of_another_workspace_is_not_given(
    cast: Cast, start_run: StartRun, session: Session, store: FileStore
) -> None:
    value = uploads.keep(session, store, cast.elsewhere.id, "a.txt", b"x", cast.dan.id)
    start_run(cast, files=[id_of(value)])
    session.rollback()
    assert session.scalars(select(File.run_id)).one() is None


def test_too_many_uploads_are_refused(
    cast: Cast, session: Session, store: FileStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "MAX_WAITING_BYTES", 3)
    uploads.keep(session, store, cast.harbour.id, "a.txt", b"1234")
    with pytest.raises(FileRefused, match="deleted after a day"):
        uploads.keep(session, store, cast.harbour.id, "b.txt", b"x")


def test_a_refused_row_leaves_no_bytes(session: Session, store: FileStore, tmp_path: Path) -> None:
    nowhere = uuid.uuid4()
    with pytest.raises(Exception, match="FOREIGN KEY"):
        uploads.keep(session, store, nowhere, "a.txt", b"x")
    assert [path for path in (tmp_path / "files").rglob("*") if path.is_file()] == []


def test_a_file_of_an_earlier_run_is_copied(
    cast: Cast, start_run: StartRun, open_door: Open, session: Session, store: FileStore
) -> None:
    value = open_door(start_run(cast)).keep("a.txt", "text/plain", b"x")
    copied = uploads.copy_for_new_run(session, store, cast.harbour.id, id_of(value), cast.ben.id)
    assert copied is not None
    assert copied == {**value, "file": copied["file"]}
    run = start_run(cast, files=[id_of(copied)])
    assert open_door(run).open(copied).path.read_bytes() == b"x"
    assert uploads.copy_for_new_run(session, store, cast.elsewhere.id, id_of(value)) is None
    store.delete(id_of(value))
    assert uploads.copy_for_new_run(session, store, cast.harbour.id, id_of(value)) is None


@on_both
def test_a_sweep_removes_what_belongs_to_nothing(
    cast: Cast,
    start_run: StartRun,
    open_door: Open,
    session: Session,
    sessions: sessionmaker[Session],
    store: FileStore,
) -> None:
    gone, stays = start_run(cast), start_run(cast)
    of_gone = open_door(gone).keep("a.txt", "text/plain", b"a")
    of_stays = open_door(stays).keep("b.txt", "text/plain", b"b")
    forgotten = uploads.keep(session, store, cast.harbour.id, "c.txt", b"c")
    waiting = uploads.keep(session, store, cast.harbour.id, "d.txt", b"d")
    of_elsewhere = uploads.keep(session, store, cast.elsewhere.id, "e.txt", b"e")
    orphan = store.write(b"f", name="f")
    with database.writing(session):
        session.execute(
            update(File)
            .where(File.id == id_of(forgotten))
            .values(created_at=clock.now() - timedelta(hours=25))
        )
        session.execute(delete(Run).where(Run.id == gone.id))
        session.execute(delete(Workspace).where(Workspace.id == cast.elsewhere.id))
    everything = [of_gone, of_stays, forgotten, waiting, of_elsewhere]
    assert sweeping.sweep(sessions, store) == 0  # all of them are young
    for value in everything:
        os.utime(store.path(id_of(value)), (1, 1))
    os.utime(store.path(orphan.id), (1, 1))
    assert sweeping.sweep(sessions, store) == 4
    assert [store.path(id_of(value)).exists() for value in everything] == [
        False,
        True,
        False,
        True,
        False,
    ]
    assert not store.path(orphan.id).exists()
    session.rollback()
    assert set(session.scalars(select(File.name))) == {"b.txt", "d.txt"}
