"""Bytes on disk: whole or not at all, capped, named by an id."""

import hashlib
import io
import os
import stat
import uuid
from pathlib import Path

import pytest

from app.files.names import clean_name, media_type_of, name_with_ending
from app.files.store import FileRefused, FileStore


@pytest.fixture
def store(tmp_path: Path) -> FileStore:
    """A store in a folder that is not there yet."""
    return FileStore(tmp_path / "files")


def everything(folder: Path) -> list[Path]:
    """Every file below a folder."""
    return [path for path in folder.rglob("*") if path.is_file()]


@pytest.mark.parametrize("content", [b"light", io.BytesIO(b"light")])
def test_it_works(store: FileStore, content: bytes | io.BytesIO) -> None:
    stored = store.write(content, name="a.txt")
    path = store.path(stored.id)
    assert path.read_bytes() == b"light"
    assert stored.sha256 == hashlib.sha256(b"light").hexdigest()
    assert stored.size == 5
    assert path.parent.name == stored.id.hex[-2:]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_a_file_over_the_cap_leaves_nothing(store: FileStore, tmp_path: Path) -> None:
    with pytest.raises(FileRefused, match=r"“big\.bin” is larger than 0\.001 MB") as refused:
        store.write(io.BytesIO(bytes(1001)), name="big.bin", max_bytes=1000)
    assert "Make it smaller" in refused.value.sentence
    assert everything(tmp_path) == []


def test_a_write_that_breaks_off_leaves_nothing(store: FileStore, tmp_path: Path) -> None:
    class Broken(io.BytesIO):
        def read(self, _size: int | None = -1) -> bytes:
            raise OSError("gone")

    with pytest.raises(OSError, match="gone"):
        store.write(Broken(), name="a.txt")
    assert everything(tmp_path) == []


def test_what_is_gone_can_be_deleted_again(store: FileStore) -> None:
    stored = store.write(b"x", name="a")
    store.delete(stored.id)
    store.delete(stored.id)
    assert not store.path(stored.id).exists()


def test_a_copy_outlives_the_first(store: FileStore) -> None:
    stored = store.write(b"light", name="a")
    copied = store.write_copy(stored.id)
    store.delete(stored.id)
    assert store.path(copied).read_bytes() == b"light"
    with pytest.raises(FileNotFoundError):
        store.write_copy(uuid.uuid4())


def test_old_files_are_listed_and_what_broke_off_is_removed(store: FileStore) -> None:
    old, young = store.write(b"x", name="a"), store.write(b"x", name="b")
    rest = store.path(old.id).with_name("left.part")
    rest.write_bytes(b"half")
    strange = store.path(old.id).with_name("not-an-id")
    strange.write_bytes(b"?")
    for path in (store.path(old.id), rest, strange):
        os.utime(path, (1, 1))
    assert [one for found in store.older_than(3600) for one in found] == [old.id]
    assert not rest.exists()
    assert strange.exists()
    assert store.path(young.id).exists()


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("report.pdf", "report.pdf"),
        ("../../etc/passwd", "passwd"),
        (r"C:\Users\ada\list.xlsx", "list.xlsx"),
        ("a\r\nSet-Cookie: x.txt", "a Set-Cookie: x.txt"),
        ("exe\u202efdp.txt", "exefdp.txt"),
        ("..", "file"),
        ("", "file"),
        ("\x00\x07", "file"),
        ("a" * 300 + ".xlsx", "a" * 115 + ".xlsx"),
        ("Bücher \u2013 2026.csv", "Bücher \u2013 2026.csv"),
    ],
)
def test_names_are_cleaned(name: str, clean: str) -> None:
    assert clean_name(name) == clean


def test_kinds_follow_from_the_name_and_pages_are_never_pages() -> None:
    assert media_type_of("a.CSV", "text/html") == "text/csv"
    assert media_type_of("a.html", "text/html") == "application/octet-stream"
    assert media_type_of("a.svg", "image/svg+xml") == "application/octet-stream"
    assert media_type_of("photo", "image/png; x=1") == "image/png"
    assert name_with_ending("photo", "image/png") == "photo.png"
    assert name_with_ending("photo.x", "image/png") == "photo.x"
    assert name_with_ending("photo", "text/html") == "photo"
