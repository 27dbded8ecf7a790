"""Whether a start may skip preparing: only when everything is there, read with sqlite3 alone."""

from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from app import migrations
from app.settings import PROJECT, Settings
from app.supervisor import preparation
from tests.cast import Cast


@pytest.fixture
def installation(tmp_path: Path, database_url: str) -> Settings:
    """A data folder with both keys and a database of the newest shape."""
    settings = Settings(
        data_dir=tmp_path, assets_dir=tmp_path / "assets", database_url=database_url
    )
    settings.secret_key()
    (tmp_path / "keys" / "master.key").touch()
    return settings


def test_the_newest_migration_is_the_one_the_migrations_know() -> None:
    found = preparation.newest_revision(PROJECT / "migrations" / "versions")
    assert found == migrations.newest_revision()


def test_a_complete_installation_needs_nothing(installation: Settings, cast: Cast) -> None:
    assert preparation.is_done(installation)


def test_without_anybody_in_it_there_is_an_address_to_tell(installation: Settings) -> None:
    assert not preparation.is_done(installation)


def test_a_missing_key_is_noticed(installation: Settings, cast: Cast) -> None:
    (installation.data_dir / "keys" / "master.key").unlink()
    assert not preparation.is_done(installation)


def test_an_older_database_is_noticed(installation: Settings, cast: Cast, session: Session) -> None:
    connection = session.connection(execution_options={"lamplight_write": True})
    connection.exec_driver_sql("UPDATE alembic_version SET version_num = 'older'")
    session.commit()
    assert not preparation.is_done(installation)


def test_a_file_that_is_no_database_is_a_doubt(installation: Settings) -> None:
    path = Path(installation.database_url.removeprefix("sqlite:///"))
    path.write_text("not a database, but long enough to be read as one" * 40)
    assert not preparation.is_done(installation)


def test_a_database_server_is_always_asked(tmp_path: Path) -> None:
    url = "postgresql+psycopg://house.example/lamplight"
    settings = Settings(data_dir=tmp_path, assets_dir=tmp_path, database_url=url)
    assert not preparation.is_done(settings)
