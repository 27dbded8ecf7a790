"""Sealing: opens in its own place with its own key, and nowhere else."""

import base64
import os
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.lib.cipher import (
    CannotOpen,
    DataKey,
    KeyRefused,
    MasterKey,
    master_keys,
    needs_rewrap,
    seal,
    sealed_version,
    unseal,
    unwrap,
    wrap,
)

PLACE = ("workspace-1", "secret-1", "value")
KEY = DataKey.make(3)


@given(st.binary(max_size=200), st.lists(st.text(max_size=9), max_size=4).map(tuple))
def test_it_works(plaintext: bytes, context: tuple[str, ...]) -> None:
    sealed = seal(plaintext, KEY, context=context)
    assert unseal(sealed, KEY, context=context) == plaintext
    assert len(sealed) == len(plaintext) + 33
    assert sealed_version(sealed) == 3


def test_the_same_value_looks_different_each_time() -> None:
    assert len({seal(b"lantern", KEY, context=PLACE) for _ in range(50)}) == 50


@pytest.mark.parametrize(
    "context",
    [
        ("workspace-2", "secret-1", "value"),
        ("workspace-1", "secret-2", "value"),
        ("workspace-1", "secret-1", "other"),
        ("workspace-1", "secret-1"),
        ("workspace-1secret-1", "", "value"),
        ("workspace-1", "secret-1value", ""),
        (),
    ],
)
def test_it_does_not_open_in_another_place(context: tuple[str, ...]) -> None:
    with pytest.raises(CannotOpen):
        unseal(seal(b"lantern", KEY, context=PLACE), KEY, context=context)


def test_no_changed_byte_goes_unnoticed() -> None:
    sealed = seal(b"lantern", KEY, context=PLACE)
    for position in range(len(sealed)):
        changed = bytearray(sealed)
        changed[position] ^= 1
        with pytest.raises(CannotOpen):
            unseal(bytes(changed), KEY, context=PLACE)
    for length in range(len(sealed)):
        with pytest.raises(CannotOpen):
            unseal(sealed[:length], KEY, context=PLACE)


def test_another_key_does_not_open_it() -> None:
    sealed = seal(b"lantern", KEY, context=PLACE)
    for other in (DataKey.make(3), DataKey(4, KEY.secret)):
        with pytest.raises(CannotOpen):
            unseal(sealed, other, context=PLACE)


def test_a_key_does_not_print_itself() -> None:
    key = DataKey(1, b"0123456789abcdef" * 2)
    master = MasterKey.of(b"0123456789abcdef" * 2)
    assert "0123" not in f"{key} {key!r} {master} {master!r}"


def test_a_data_key_survives_a_change_of_the_master_key() -> None:
    old, new = MasterKey.of(os.urandom(32)), MasterKey.of(os.urandom(32))
    sealed = seal(b"lantern", KEY, context=PLACE)
    wrapped = wrap(KEY, old, context=("workspace-1",))

    assert not needs_rewrap(wrapped, (old,))
    assert needs_rewrap(wrapped, (new, old))
    key = unwrap(wrapped, (new, old), version=3, context=("workspace-1",))
    wrapped = wrap(key, new, context=("workspace-1",))

    assert not needs_rewrap(wrapped, (new, old))
    key = unwrap(wrapped, (new,), version=3, context=("workspace-1",))
    assert unseal(sealed, key, context=PLACE) == b"lantern"


def test_a_data_key_does_not_unwrap_elsewhere() -> None:
    master = MasterKey.of(os.urandom(32))
    wrapped = wrap(KEY, master, context=("workspace-1",))
    with pytest.raises(CannotOpen):
        unwrap(wrapped, (master,), version=3, context=("workspace-2",))
    with pytest.raises(CannotOpen):
        unwrap(wrapped, (master,), version=2, context=("workspace-1",))
    with pytest.raises(CannotOpen, match="master key"):
        unwrap(wrapped, (MasterKey.of(os.urandom(32)),), version=3, context=("workspace-1",))


def test_the_first_start_makes_a_key_that_only_its_owner_reads(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "master.key"
    (made,) = master_keys(path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert master_keys(path) == (made,)
    assert list(path.parent.iterdir()) == [path]


def test_processes_that_start_together_agree_on_one_key(tmp_path: Path) -> None:
    path = tmp_path / "master.key"
    found: set[tuple[MasterKey, ...]] = set()
    together = threading.Barrier(8)

    def start() -> None:
        together.wait()
        found.add(master_keys(path))

    threads = [threading.Thread(target=start) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 1


def test_the_environment_goes_before_the_file(tmp_path: Path) -> None:
    secret = os.urandom(32)
    keys = master_keys(tmp_path / "master.key", text=base64.b64encode(secret).decode() + "\n")
    assert keys == (MasterKey.of(secret),)
    assert not (tmp_path / "master.key").exists()


def test_a_file_may_hold_the_key_before(tmp_path: Path) -> None:
    path = tmp_path / "master.key"
    (old,) = master_keys(path)
    new = base64.b64encode(os.urandom(32)).decode()
    path.write_text(f"{new}\n{path.read_text()}")
    assert master_keys(path) == (MasterKey.from_text(new), old)


@pytest.mark.parametrize(
    "text", ["short", base64.b64encode(b"31 bytes are not enough for a k").decode(), "***"]
)
def test_a_wrong_key_is_refused_with_a_sentence(text: str, tmp_path: Path) -> None:
    with pytest.raises(KeyRefused, match="master key"):
        master_keys(tmp_path / "master.key", text=text)


def test_a_key_file_that_others_can_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "master.key"
    master_keys(path)
    path.chmod(0o644)
    with pytest.raises(KeyRefused, match="chmod 600"):
        master_keys(path)


def test_an_emptied_key_file_is_not_filled_with_another_key(tmp_path: Path) -> None:
    path = tmp_path / "master.key"
    path.touch(mode=0o600)
    with pytest.raises(KeyRefused, match="Restore it from your backup"):
        master_keys(path)
