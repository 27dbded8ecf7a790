"""Fixtures of the mail room: a keyring, a post office and a server to send through."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from app import database
from app.lib.cipher import master_keys
from app.mail import outbox, servers
from app.mail.models import Encryption, Mail, MailServer
from app.mail.post_office import PostOffice
from app.mail.servers import Wishes
from app.settings import Settings
from app.vault.keys import Keyring
from tests.cast import Cast, sign_in
from tests.mail.postbox import NAME, PASSWORD, Postbox

Put = Callable[..., Mail]
Set = Callable[..., MailServer]


@pytest.fixture
def postbox() -> Iterator[Postbox]:
    """A server without encryption and sign-in."""
    with Postbox() as box:
        yield box


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Settings that let mail go to this machine."""
    return replace(settings, private_hosts=("127.0.0.1", "localhost"))


@pytest.fixture
def keyring(engine: Engine, tmp_path: Path) -> Keyring:
    """A keyring with the master key that the app of the same test has."""
    keys = master_keys(tmp_path / "keys" / "master.key")
    return Keyring(keys, database.session_factory(engine))


@pytest.fixture
def office(settings: Settings, engine: Engine, keyring: Keyring) -> PostOffice:
    """The post office of a worker."""
    return PostOffice(settings, database.session_factory(engine), keyring)


@pytest.fixture
def set_server(session: Session, cast: Cast, keyring: Keyring) -> Set:
    """Sets the harbour's mail server, by Ada."""

    def set_one(box: Postbox, **wishes: object) -> MailServer:
        given = {
            "host": "127.0.0.1",
            "port": box.port,
            "encryption": Encryption.NONE,
            "from_address": "lamplight@harbour.example",
            "from_name": "Harbour, Lamplight",
        }
        if box.needs_sign_in:
            given |= {"username": NAME, "password": PASSWORD}
        with database.writing(session):
            return servers.save(
                session,
                keyring,
                workspace=cast.harbour,
                by=cast.ada.id,
                wishes=Wishes(**(given | wishes)),  # type: ignore[arg-type]
            )

    return set_one


@pytest.fixture
def put(session: Session, cast: Cast, keyring: Keyring) -> Put:
    """Puts a mail into the harbour's outbox."""

    def put_one(**words: object) -> Mail:
        given = {"to": ["olga@harbour.example"], "subject": "Prices", "text": "They rose.\n"}
        with database.writing(session):
            return outbox.put(
                session,
                keyring,
                workspace_id=cast.harbour.id,
                **({"purpose": "step"} | given | words),  # type: ignore[arg-type]
            )

    return put_one


@pytest.fixture
def ada(app: Flask, session: Session, cast: Cast) -> FlaskClient:
    """Ada's browser; the tests of forms as such say so themselves."""
    app.config["WTF_CSRF_ENABLED"] = False
    return sign_in(app.test_client(), session, cast.ada)
