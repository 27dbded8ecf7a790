"""Brings a database to the newest shape."""

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from app.settings import PROJECT

FOLDER = PROJECT / "migrations"


def upgrade(url: str, *, revision: str = "head") -> None:
    """Run all migrations up to `revision` on the database at `url`; nothing when it is there."""
    if revision == "head" and current_revision(url) == newest_revision():
        return
    command.upgrade(_config(url), revision)


def current_revision(url: str) -> str | None:
    """The revision the database is at, or None for an empty one."""
    engine = create_engine(url, poolclass=NullPool)
    with engine.connect() as connection:
        revision = MigrationContext.configure(connection).get_current_revision()
    engine.dispose()
    return revision


def newest_revision() -> str | None:
    """The revision this code needs."""
    return ScriptDirectory.from_config(_config("")).get_current_head()


def _config(url: str) -> Config:
    config = Config(str(FOLDER / "alembic.ini"))
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    config.attributes["url"] = url
    return config
