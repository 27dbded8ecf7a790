"""How migrations run: on both databases, foreign keys off on SQLite, checked at the end.

Our own file, because a table re-created with foreign keys on silently deletes its children.
"""

from alembic import context
from sqlalchemy import Connection, create_engine, event, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import NullPool

from app.settings import Settings
from app.tables import metadata


class ForeignKeysBroken(RuntimeError):
    """A migration left rows that point at nothing; nothing was changed."""


def migrate() -> None:
    """Run what was asked for, in one transaction, on the database that the caller named."""
    engine = create_engine(
        context.config.attributes.get("url") or Settings.from_environment().database_url,
        poolclass=NullPool,
    )
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _set_up_sqlite)
        event.listen(engine, "begin", lambda opened: opened.exec_driver_sql("BEGIN IMMEDIATE"))
    with engine.connect() as connection, connection.begin():
        _run(connection)
        if connection.dialect.name == "sqlite":
            _check_foreign_keys(connection)
    engine.dispose()


def _set_up_sqlite(connection: DBAPIConnection, _record: object) -> None:
    connection.isolation_level = None
    for pragma in (
        "auto_vacuum=INCREMENTAL",  # before the first table, and before WAL
        "journal_mode=WAL",
        "busy_timeout=60000",
        "foreign_keys=OFF",  # cannot be changed inside a transaction
    ):
        connection.execute(f"PRAGMA {pragma}")


def _check_foreign_keys(connection: Connection) -> None:
    broken = connection.execute(text("PRAGMA foreign_key_check")).fetchall()
    if broken:
        raise ForeignKeysBroken(f"{len(broken)} rows point at nothing, first {broken[0]}.")


def _run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        render_item=_render_item,
        compare_type=False,
    )
    context.run_migrations()


def _render_item(kind: str, item: object, autogen: object) -> str | bool:
    """Write our column kinds by their names in app.model."""
    if kind == "type" and type(item).__module__ == "app.model":
        autogen.imports.add("from app import model")
        name = type(item).__name__
        return "sa.String(24)" if name == "Word" else f"model.{name}()"
    return False


migrate()
