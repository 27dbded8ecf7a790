"""Fixtures of the models' tests: a keyring, Ada's browser, and an installation of one's own."""

from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from app import database
from app.lib.cipher import master_keys
from app.vault.keys import Keyring
from tests.cast import Cast, sign_in


@pytest.fixture
def keyring(engine: Engine, tmp_path: Path) -> Keyring:
    """A keyring with the master key that the app of the same test has."""
    keys = master_keys(tmp_path / "keys" / "master.key")
    return Keyring(keys, database.session_factory(engine))


@pytest.fixture
def ada(app: Flask, session: Session, cast: Cast) -> FlaskClient:
    """Ada's browser, in an installation that asks models on its own computer."""
    app.config["WTF_CSRF_ENABLED"] = False
    app.config["LAMPLIGHT"] = replace(app.config["LAMPLIGHT"], local_models=True)
    return sign_in(app.test_client(), session, cast.ada)
