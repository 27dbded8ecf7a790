"""Who may read which file: a run its own and its family's, whatever a value says."""

import io
import uuid
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.engine.errors import StepFailed
from app.engine.file_port import is_file
from app.files import door as door_module
from app.files import uploads
from app.files.models import File
from app.files.store import FileStore
from tests.cast import Cast
from tests.databases import on_both
from tests.files.conftest import Open, StartRun


@on_both
def test_it_works(cast: Cast, start_run: StartRun, open_door: Open, session: Session) -> None:
    run = start_run(cast)
    door = open_door(run)
    value = door.keep("../note.txt", "text/plain", b"a lamp")
    assert is_file(value)
    assert (value["name"], value["media_type"], value["size"]) == ("note.txt", "text/plain", 6)
    content = door.open(value)
    assert content.path.read_bytes() == b"a lamp"
    assert (content.name, content.size) == ("note.txt", 6)
    session.rollback()
    row = session.scalars(select(File)).one()
    assert (row.run_id, row.workspace_id, row.created_by) == (run.id, run.workspace_id, None)


def test_a_stream_is_kept_and_gets_the_ending_of_its_kind(
    cast: Cast, start_run: StartRun, open_door: Open
) -> None:
    value = open_door(start_run(cast)).keep("photo", "image/png", io.BytesIO(b"\x89PNG"))
    assert value["name"] == "photo.png"


@on_both
def test_only_the_family_reads_a_file(cast: Cast, start_run: StartRun, open_door: Open) -> None:
    own, parent, stranger = start_run(cast), start_run(cast), start_run(cast)
    elsewhere = start_run(cast, "elsewhere")
    of_parent = open_door(parent).keep("p.txt", "text/plain", b"p")
    of_stranger = open_door(stranger).keep("s.txt", "text/plain", b"s")
    of_elsewhere = open_door(elsewhere).keep("e.txt", "text/plain", b"e")
    door = open_door(own, parent)
    assert door.open(of_parent).path.read_bytes() == b"p"
    for value in (of_stranger, of_elsewhere):
        with pytest.raises(StepFailed, match="does not belong to this run") as failed:
            door.open(value)
        assert not failed.value.can_retry
    # Not even when a run of another workspace is named as kin: the workspace is asked for first.
    with pytest.raises(StepFailed, match="does not belong to this run"):
        open_door(own, elsewhere).open(of_elsewhere)


def test_only_the_id_in_a_value_counts(cast: Cast, start_run: StartRun, open_door: Open) -> None:
    door = open_door(start_run(cast))
    value = door.keep("note.txt", "text/plain", b"a lamp")
    content = door.open({**value, "name": "../../evil.html", "media_type": "text/html", "size": 1})
    assert (content.name, content.media_type, content.size) == ("note.txt", "text/plain", 6)


@pytest.mark.parametrize(
    "value",
    [
        None,
        "note.txt",
        "/etc/passwd",
        [],
        {},
        {"file": "/etc/passwd", "name": "x", "media_type": "x", "size": 1},
        {"file": "../../x", "name": "x", "media_type": "x", "size": 1},
        {"file": 5, "name": "x", "media_type": "x", "size": 1},
        {"file": str(uuid.uuid4()).upper(), "name": "x", "media_type": "x", "size": 1},
        {"file": str(uuid.uuid4()), "name": "x", "media_type": "x", "size": True},
        {"file": str(uuid.uuid4()), "name": "x", "media_type": "x", "size": 1, "path": "/x"},
    ],
)
def test_what_is_no_file_value_is_refused(
    cast: Cast, start_run: StartRun, open_door: Open, value: Any
) -> None:
    with pytest.raises(StepFailed, match="This is not a file"):
        open_door(start_run(cast)).open(value)


def test_a_made_up_id_is_refused(cast: Cast, start_run: StartRun, open_door: Open) -> None:
    value = {"file": str(uuid.uuid4()), "name": "x", "media_type": "x", "size": 1}
    with pytest.raises(StepFailed, match="does not belong to this run, or is kept no longer"):
        open_door(start_run(cast)).open(value)


def test_an_upload_without_a_run_is_refused(
    cast: Cast, start_run: StartRun, open_door: Open, session: Session, store: FileStore
) -> None:
    run = start_run(cast)
    value = uploads.keep(session, store, cast.harbour.id, "a.txt", b"x")
    with pytest.raises(StepFailed, match="does not belong"):
        open_door(run).open(value)


def test_lost_content_says_so(
    cast: Cast, start_run: StartRun, open_door: Open, store: FileStore
) -> None:
    door = open_door(start_run(cast))
    value = door.keep("note.txt", "text/plain", b"x")
    store.delete(uuid.UUID(str(value["file"])))
    with pytest.raises(StepFailed, match=r"“note\.txt” cannot be found"):
        door.open(value)


def test_caps_are_told_in_words(
    cast: Cast,
    start_run: StartRun,
    open_door: Open,
    store: FileStore,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    door = open_door(start_run(cast))
    with pytest.raises(StepFailed, match="larger than 25 MB"):
        door.keep("big.bin", "", io.BytesIO(bytes(25_000_001)))
    monkeypatch.setattr(door_module, "MAX_RUN_BYTES", 3)
    door.keep("a", "", b"1234")
    with pytest.raises(StepFailed, match="take more than"):
        door.keep("b", "", b"x")
