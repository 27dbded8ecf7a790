"""Real databases for tests: a migrated SQLite file or PostgreSQL database, copied per test."""

import os
import shutil
import uuid
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.pool import NullPool

from app import migrations

SERVER = os.environ.get("LAMPLIGHT_TEST_POSTGRES", "")

on_both = pytest.mark.parametrize(
    "database_url",
    ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)],
    indirect=True,
)


def sqlite_template(folder: Path) -> Path:
    """A migrated, empty SQLite file in this folder."""
    file = folder / "template.db"
    if not file.exists():
        migrations.upgrade(f"sqlite:///{file}")
        _run_on_sqlite(file, "PRAGMA wal_checkpoint(TRUNCATE)")
    return file


def copy_sqlite(template: Path, folder: Path) -> str:
    """The address of a copy of the template."""
    file = folder / "lamplight.db"
    shutil.copy(template, file)
    return f"sqlite:///{file}"


class PostgresTemplate:
    """A migrated PostgreSQL database that new ones are copied from."""

    def __init__(self) -> None:
        self.name = f"lamplight_template_{uuid.uuid4().hex[:12]}"
        _on_server(f'CREATE DATABASE "{self.name}"')
        migrations.upgrade(_address(self.name))

    def copy(self) -> str:
        """The address of a fresh copy."""
        name = f"lamplight_test_{uuid.uuid4().hex[:12]}"
        _on_server(f'CREATE DATABASE "{name}" TEMPLATE "{self.name}"')
        return _address(name)

    def drop(self) -> None:
        """Remove the template."""
        drop(_address(self.name))


def empty_postgres() -> str:
    """The address of a database without tables; `drop` removes it."""
    name = f"lamplight_empty_{uuid.uuid4().hex[:12]}"
    _on_server(f'CREATE DATABASE "{name}"')
    return _address(name)


def drop(url: str) -> None:
    """Remove a database that a test made."""
    name = make_url(url).database
    _on_server(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _address(name: str) -> str:
    return make_url(SERVER).set(database=name).render_as_string(hide_password=False)


def _on_server(statement: str) -> None:
    engine = create_engine(SERVER, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()


def _run_on_sqlite(file: Path, statement: str) -> None:
    engine = create_engine(f"sqlite:///{file}", poolclass=NullPool)
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()
