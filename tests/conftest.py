"""Fixtures for every test: a real database, the app, and people who are signed in."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from app import database
from app.settings import Settings
from tests import chromium, databases, dovecot
from tests.cast import Cast, assemble
from tests.faults.moved_clock import LIBRARY
from tests.faults.separate_hosts import why_not
from tests.valkey import Valkey

if TYPE_CHECKING:
    from playwright.sync_api import Browser

REQUIRED = set(filter(None, os.environ.get("LAMPLIGHT_REQUIRE", "").split(",")))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave out what this machine cannot run, unless it is required."""
    missing = {
        "postgres": "" if databases.SERVER else "set LAMPLIGHT_TEST_POSTGRES to a server's address",
        "imap": "" if dovecot.PROGRAM else "install Dovecot: apt-get install dovecot-imapd",
        "clock": "" if LIBRARY else "install libfaketime: apt-get install libfaketime",
        "hosts": why_not(),
        "browser": "" if chromium.PATH.exists() else "install Chromium: apt-get install chromium",
    }
    for item in items:
        for part, fix in missing.items():
            if fix and item.get_closest_marker(part) and part not in REQUIRED:
                item.add_marker(pytest.mark.skip(reason=f"no {part}: {fix}"))


@pytest.fixture(scope="session")
def shared_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for what all tests of this process may share."""
    return tmp_path_factory.mktemp("shared")


@pytest.fixture(scope="session")
def sqlite_template(shared_folder: Path) -> Path:
    """A migrated, empty SQLite file."""
    return databases.sqlite_template(shared_folder)


@pytest.fixture(scope="session")
def postgres_template() -> Iterator[databases.PostgresTemplate]:
    """A migrated, empty PostgreSQL database."""
    template = databases.PostgresTemplate()
    yield template
    template.drop()


@pytest.fixture
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of an empty database; SQLite unless the test is marked `on_both`."""
    if getattr(request, "param", "sqlite") == "sqlite":
        yield databases.copy_sqlite(request.getfixturevalue("sqlite_template"), tmp_path)
        return
    url = request.getfixturevalue("postgres_template").copy()
    yield url
    databases.drop(url)


@pytest.fixture(scope="session")
def valkey() -> Iterator[Valkey]:
    """A private Valkey for the tests of this process."""
    server = Valkey.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def browser() -> Iterator["Browser"]:
    """Debian's Chromium, one for all tests of this process."""
    with chromium.chromium() as browser:
        yield browser


@pytest.fixture
def settings(database_url: str, tmp_path: Path, shared_folder: Path, valkey: Valkey) -> Settings:
    """Settings of an installation of its own for this test."""
    valkey.flush()
    return Settings(
        data_dir=tmp_path,
        assets_dir=shared_folder / "assets",
        database_url=database_url,
        redis_url=valkey.url,
    )


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    """The web app on this test's database."""
    from app.extensions import db  # tests of the pure core must not load Flask's rooms
    from app.factory import create_app

    app = create_app(settings)
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser that is not signed in."""
    return app.test_client()


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """The database, with the product's own habits."""
    engine = database.make_engine(database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    """A session beside the app's own."""
    with database.session_factory(engine)() as session:
        yield session


@pytest.fixture
def cast(session: Session) -> Cast:
    """Ada, Ben, Olga, Cleo in one workspace and Dan in another."""
    return assemble(session)
