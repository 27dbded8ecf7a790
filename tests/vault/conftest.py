"""Fixtures of the vault's tests: a keyring, a connection, and Ada's browser."""

import uuid
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from app import database
from app.lib.cipher import master_keys
from app.vault import connections
from app.vault.connections import Wishes
from app.vault.keys import Keyring
from app.vault.models import Connection
from app.vault.sign_in import SignIn
from tests.cast import Cast, sign_in

CANARY = "canary-4f9c1b7e-d02a"
Make = Callable[..., Connection]


@pytest.fixture
def keyring(engine: Engine, tmp_path: Path) -> Keyring:
    """A keyring with the master key that the app of the same test has."""
    keys = master_keys(tmp_path / "keys" / "master.key")
    return Keyring(keys, database.session_factory(engine))


@pytest.fixture
def make(session: Session, cast: Cast, keyring: Keyring) -> Make:
    """Makes connections in the harbour workspace, by Ada."""

    def make_one(kind: SignIn = SignIn.BEARER, **wishes: object) -> Connection:
        given = {"name": f"Post {uuid.uuid4().hex[:6]}", "hosts": ("api.example.com",)}
        if kind.needs_secret:
            given["secret"] = CANARY
        with database.writing(session):
            return connections.create(
                session,
                keyring,
                workspace=cast.harbour,
                by=cast.ada.id,
                sign_in=kind,
                wishes=Wishes(**(given | wishes)),
            )

    return make_one


@pytest.fixture
def ada(app: Flask, session: Session, cast: Cast) -> FlaskClient:
    """Ada's browser; the tests of forms as such say so themselves."""
    app.config["WTF_CSRF_ENABLED"] = False
    return sign_in(app.test_client(), session, cast.ada)
