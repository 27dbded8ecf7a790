"""Migrations build exactly what the models say, on both databases."""

from alembic import command
from sqlalchemy import Engine, text

from app import migrations
from tests.databases import on_both


@on_both
def test_models_and_migrations_agree(database_url: str) -> None:
    command.check(migrations._config(database_url))


@on_both
def test_a_second_upgrade_changes_nothing(database_url: str) -> None:
    migrations.upgrade(database_url)
    assert migrations.current_revision(database_url) == migrations.newest_revision()


def test_a_new_sqlite_file_gives_space_back(engine: Engine) -> None:
    with engine.connect() as connection:
        assert connection.execute(text("PRAGMA auto_vacuum")).scalar() == 2
        assert connection.execute(text("PRAGMA journal_mode")).scalar() == "wal"
        assert connection.execute(text("PRAGMA foreign_keys")).scalar() == 1
