"""Keys of workspaces: made with the first value, kept apart, re-wrapped while all goes on."""

import os
import threading

import pytest
from sqlalchemy import Engine, delete, select
from sqlalchemy.orm import Session

from app import database
from app.lib.cipher import CannotOpen, MasterKey
from app.vault.keys import Keyring
from app.vault.models import WorkspaceKey
from tests.cast import Cast
from tests.databases import on_both

PLACE = ("secret", "1")


@on_both
def test_it_works(session: Session, cast: Cast, keyring: Keyring) -> None:
    home = cast.harbour.id
    with database.writing(session):
        first = keyring.seal(session, b"lantern", workspace_id=home, context=PLACE)
        second = keyring.seal(session, b"beacon", workspace_id=home, context=PLACE)
    third = keyring.seal_more(b"torch", workspace_id=home, context=PLACE)
    opened = [keyring.open(one, workspace_id=home, context=PLACE) for one in (first, second, third)]
    assert opened == [b"lantern", b"beacon", b"torch"]
    assert len(session.scalars(select(WorkspaceKey)).all()) == 1


def test_another_workspace_cannot_open_it(session: Session, cast: Cast, keyring: Keyring) -> None:
    with database.writing(session):
        sealed = keyring.seal(session, b"a", workspace_id=cast.harbour.id, context=PLACE)
        keyring.seal(session, b"b", workspace_id=cast.elsewhere.id, context=PLACE)
    with pytest.raises(CannotOpen):
        keyring.open(sealed, workspace_id=cast.elsewhere.id, context=PLACE)


def test_a_key_that_was_rolled_back_is_never_used(
    session: Session, cast: Cast, keyring: Keyring
) -> None:
    home = cast.harbour.id

    def seal_and_fail() -> None:
        with database.writing(session):
            keyring.seal(session, b"lost", workspace_id=home, context=PLACE)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        seal_and_fail()
    with pytest.raises(CannotOpen, match="no key"):
        keyring.seal_more(b"more", workspace_id=home, context=PLACE)
    with database.writing(session):
        sealed = keyring.seal(session, b"kept", workspace_id=home, context=PLACE)
    assert keyring.open(sealed, workspace_id=home, context=PLACE) == b"kept"


@on_both
def test_processes_that_make_the_key_together_agree(
    engine: Engine, cast: Cast, keyring: Keyring
) -> None:
    sessions = database.session_factory(engine)
    together = threading.Barrier(4)
    sealed: list[bytes] = []

    def begin() -> None:
        own = Keyring(keyring._masters, sessions)
        with sessions() as session:
            together.wait(10)
            with database.writing(session):
                sealed.append(
                    own.seal(session, b"lantern", workspace_id=cast.harbour.id, context=PLACE)
                )

    threads = [threading.Thread(target=begin) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    opened = [keyring.open(one, workspace_id=cast.harbour.id, context=PLACE) for one in sealed]
    assert opened == [b"lantern"] * 4
    with sessions() as session:
        assert len(session.scalars(select(WorkspaceKey)).all()) == 1


@on_both
def test_the_master_key_is_changed_while_all_goes_on(
    engine: Engine, session: Session, cast: Cast
) -> None:
    old, new = MasterKey.of(os.urandom(32)), MasterKey.of(os.urandom(32))
    sessions = database.session_factory(engine)
    before, during, after = (Keyring(keys, sessions) for keys in ((old,), (new, old), (new,)))
    home = cast.harbour.id
    with database.writing(session):
        sealed = before.seal(session, b"lantern", workspace_id=home, context=PLACE)
    for keyring in (before, during):
        assert keyring.open(sealed, workspace_id=home, context=PLACE) == b"lantern"
    with pytest.raises(CannotOpen, match="master key"):
        after.open(sealed, workspace_id=home, context=PLACE)

    with database.writing(session):
        assert during.rewrap(session) == 1
    with database.writing(session):
        assert during.rewrap(session) == 0

    assert after.open(sealed, workspace_id=home, context=PLACE) == b"lantern"
    assert before.open(sealed, workspace_id=home, context=PLACE) == b"lantern"
    with pytest.raises(CannotOpen):
        Keyring((old,), sessions).open(sealed, workspace_id=home, context=PLACE)


@on_both
def test_after_the_master_key_was_lost_work_goes_on(
    engine: Engine, session: Session, cast: Cast, keyring: Keyring
) -> None:
    home = cast.harbour.id
    with database.writing(session):
        lost = keyring.seal(session, b"lost", workspace_id=home, context=PLACE)
    found = Keyring((MasterKey.of(os.urandom(32)),), database.session_factory(engine))
    with database.writing(session):
        sealed = found.seal(session, b"kept", workspace_id=home, context=PLACE)
    assert found.open(sealed, workspace_id=home, context=PLACE) == b"kept"
    with pytest.raises(CannotOpen):
        found.open(lost, workspace_id=home, context=PLACE)
    with database.writing(session):
        assert found.rewrap(session) == 0
    assert keyring.open(lost, workspace_id=home, context=PLACE) == b"lost"


def test_without_its_key_a_workspace_is_closed_for_good(
    engine: Engine, session: Session, cast: Cast, keyring: Keyring
) -> None:
    with database.writing(session):
        sealed = keyring.seal(session, b"a", workspace_id=cast.harbour.id, context=PLACE)
    with database.writing(session):
        session.execute(delete(WorkspaceKey))
    with pytest.raises(CannotOpen):
        Keyring(keyring._masters, database.session_factory(engine)).open(
            sealed, workspace_id=cast.harbour.id, context=PLACE
        )
