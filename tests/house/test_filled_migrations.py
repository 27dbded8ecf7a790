"""Migrations of databases that have been used: what stood there stands there afterwards."""

import uuid
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.pool import NullPool

from app import migrations, model
from tests import databases

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
ADA, HARBOUR, ELSEWHERE = (uuid.UUID(int=number) for number in (1, 2, 3))
NOBODY = uuid.UUID(int=0)
_PEOPLE = ("created_by", "run_by", "asked_by")


@pytest.fixture(
    params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)],
)
def old(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database without tables."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'old.db'}"
        return
    url = databases.empty_postgres()
    yield url
    databases.drop(url)


def test_what_models_were_used_for_is_kept(old: str) -> None:
    migrations.upgrade(old, revision="0006")
    engine = sa.create_engine(old, poolclass=NullPool)
    used = {"answers": 2, "input_tokens": 1_000, "output_tokens": 200, "cost": 30, "unpriced": 4}
    agents = [uuid.UUID(int=number) for number in (10, 11)]
    with engine.begin() as connection:
        _found(connection)
        for agent_id in agents:
            _put(
                connection,
                "usage_days",
                workspace_id=HARBOUR,
                day=date(2026, 11, 20),
                agent_id=agent_id,
                model="Stub",
                **used,
            )
    migrations.upgrade(old)
    with engine.connect() as connection:
        kept = _table(connection, "usage_days")
        rows = connection.execute(sa.select(kept).order_by(kept.c.agent_id)).mappings().all()
    assert [row["agent_id"] for row in rows] == agents
    for row in rows:
        assert {name: row[name] for name in used} == used
        assert (row["day"], row["model"]) == (date(2026, 11, 20), "Stub")
        assert (row["user_id"], row["chat_id"]) == (NOBODY, NOBODY)


def test_a_command_that_two_agents_had_stays_with_the_first(old: str) -> None:
    migrations.upgrade(old, revision="0010")
    engine = sa.create_engine(old, poolclass=NullPool)
    given = {20: "sort", 21: "sort", 22: None, 23: None, 24: "reply", 25: "sort"}
    with engine.begin() as connection:
        _found(connection)
        for number, command in given.items():
            where = ELSEWHERE if number == 25 else HARBOUR
            _put_agent(connection, number, where, command)
    migrations.upgrade(old)
    with engine.connect() as connection:
        agents = _table(connection, "agents")
        rows = connection.execute(sa.select(agents.c.id, agents.c.command)).all()
    assert {row.id.int: row.command for row in rows} == {**given, 21: None}
    with pytest.raises(IntegrityError), engine.begin() as connection:
        _put_agent(connection, 26, HARBOUR, "reply")


def test_a_secret_is_renewed_by_nobody_at_first(old: str) -> None:
    migrations.upgrade(old, revision="0012")
    engine = sa.create_engine(old, poolclass=NullPool)
    secret_id = uuid.UUID(int=30)
    with engine.begin() as connection:
        _found(connection)
        sealed = {"name": "Handbook", "encrypted_value": b"sealed", "hosts": ["a.example"]}
        _put(connection, "secrets", id=secret_id, workspace_id=HARBOUR, **sealed)
    migrations.upgrade(old)
    with engine.connect() as connection:
        secrets = _table(connection, "secrets")
        (row,) = connection.execute(sa.select(secrets)).all()
    assert (row.id, row.encrypted_value, row.renewing_until) == (secret_id, b"sealed", None)


def test_a_connection_wants_nothing_more_at_first(old: str) -> None:
    migrations.upgrade(old, revision="0013")
    engine = sa.create_engine(old, poolclass=NullPool)
    kept = {"id": uuid.UUID(int=40), "workspace_id": HARBOUR, "connector_type": "mcp"}
    config = {"sign_in": "mcp", "oauth": {"issuer": "https://a.example"}}
    with engine.begin() as connection:
        _found(connection)
        _put(connection, "connector_configs", **kept, name="Handbook", config_json=config)
    migrations.upgrade(old)
    with engine.connect() as connection:
        (row,) = connection.execute(sa.select(_table(connection, "connector_configs"))).all()
    assert (row.id, row.config_json) == (kept["id"], config)
    assert (row.wanted_rights, row.rights_wanted_since) == ("", None)


def test_results_that_were_handed_over_stay_with_their_batch(old: str) -> None:
    migrations.upgrade(old, revision="0015")
    engine = sa.create_engine(old, poolclass=NullPool)
    batch_id, version_id, held_id = (uuid.UUID(int=number) for number in (41, 42, 43))
    told = {"kind": "table", "status": "stopped", "rows": 500, "wish": {"new": "Greeted"}}
    with engine.begin() as connection:
        _found(connection)
        _put_agent(connection, 40, HARBOUR, None)
        agent = {"workspace_id": HARBOUR, "agent_id": uuid.UUID(int=40)}
        graph_id = uuid.UUID(int=44)
        _put(connection, "flow_graphs", id=graph_id, workspace_id=HARBOUR)
        version = {"id": version_id, **agent, "flow_graph_id": graph_id, "created_by": ADA}
        _put(connection, "agent_versions", **version)
        people = {"created_by": ADA, "run_by": ADA, "agent_version_id": version_id}
        _put(connection, "batches", id=batch_id, **agent, **people)
        whose = {"workspace_id": HARBOUR, "batch_id": batch_id, "asked_by": ADA}
        _put(connection, "batch_handovers", id=held_id, **whose, **told)
    migrations.upgrade(old)
    with engine.connect() as connection:
        (row,) = connection.execute(sa.select(_table(connection, "handovers"))).mappings().all()
    assert {name: row[name] for name in told} == told
    assert (row["id"], row["batch_id"], row["of_table_id"]) == (held_id, batch_id, None)


def _found(connection: sa.Connection) -> None:
    """Ada, and two workspaces of hers."""
    _put(connection, "users", id=ADA, email="ada@example.org", name="Ada")
    for place, slug in ((HARBOUR, "harbour"), (ELSEWHERE, "elsewhere")):
        _put(connection, "workspaces", id=place, slug=slug, name=slug, owner_id=ADA)


def _put_agent(
    connection: sa.Connection, number: int, workspace_id: uuid.UUID, command: str | None
) -> None:
    _put(
        connection,
        "agents",
        id=uuid.UUID(int=number),
        workspace_id=workspace_id,
        user_id=ADA,
        created_by=ADA,
        name=f"Agent {number}",
        slug=f"agent-{number}",
        command=command,
    )


def _put(connection: sa.Connection, name: str, /, **values: Any) -> None:
    """A row of a table as it was then; what it needs besides is as empty as can be."""
    table = _table(connection, name)
    needed = {
        column.name: _nothing(column)
        for column in table.columns
        if not column.nullable and column.server_default is None
    }
    connection.execute(sa.insert(table).values({**needed, **values}))


def _table(connection: sa.Connection, name: str) -> sa.Table:
    """The table as the database has it, with our kind of ids, moments and JSON."""
    table = sa.Table(name, sa.MetaData(), autoload_with=connection, resolve_fks=False)
    for column in table.columns:
        if column.name == "id" or column.name.endswith("_id") or column.name in _PEOPLE:
            column.type = model.Id()
        elif isinstance(column.type, sa.DateTime):
            column.type = model.UtcTime()
        elif isinstance(column.type, sa.JSON):
            column.type = model.Json()
    return table


def _nothing(column: sa.Column[Any]) -> Any:
    match column.type:
        case model.Id():
            return uuid.uuid4()
        case model.UtcTime():
            return NOW
        case model.Json():
            return {}
        case sa.Boolean():
            return False
        case sa.Date():
            return NOW.date()
        case sa.Integer():
            return 0
        case sa.LargeBinary():
            return b""
    return ""
