"""The tables of reviews come to a database that people already work with."""

from pathlib import Path

from sqlalchemy import MetaData, create_engine, func, insert, select

from app import migrations
from app.lib import clock, ids


def test_a_filled_database_keeps_its_rows(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'filled.db'}"
    migrations.upgrade(url, revision="0003")
    engine = create_engine(url)
    tables = MetaData()
    tables.reflect(engine)
    user, place, flow, agent = (ids.new_id().bytes for _ in range(4))
    rows = {
        "users": {
            "id": user,
            "email": "ada@harbour.example",
            "name": "Ada",
        },
        "workspaces": {"id": place, "name": "Harbour", "slug": "harbour", "owner_id": user},
        "workspace_members": {
            "id": ids.new_id().bytes,
            "workspace_id": place,
            "user_id": user,
            "role": "owner",
        },
        "flow_graphs": {"id": flow, "workspace_id": place, "digest": "0" * 64},
        "agents": {
            "id": agent,
            "workspace_id": place,
            "user_id": user,
            "created_by": user,
            "name": "Greeter",
            "slug": "greeter",
        },
        "agent_versions": {
            "id": ids.new_id().bytes,
            "workspace_id": place,
            "agent_id": agent,
            "flow_graph_id": flow,
            "status": "draft",
            "created_by": user,
        },
    }
    with engine.begin() as connection:
        for name, given in rows.items():
            connection.execute(insert(tables.tables[name]).values(_whole(tables, name, given)))
    migrations.upgrade(url)
    after = MetaData()
    after.reflect(engine)
    with engine.connect() as connection:
        for name in rows:
            count = select(func.count()).select_from(after.tables[name])
            assert connection.scalar(count) == 1, name
        assert connection.scalar(select(func.count()).select_from(after.tables["reviews"])) == 0
        assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []
    engine.dispose()


def _whole(tables: MetaData, name: str, given: dict[str, object]) -> dict[str, object]:
    """The row with something in every column that must have something."""
    row = dict(given)
    for column in tables.tables[name].columns:
        if column.name in row or column.nullable or column.server_default is not None:
            continue
        row[column.name] = _something(str(column.type), column.name)
    return row


def _something(kind: str, name: str) -> object:
    if name.endswith(("_at", "_active")):
        return clock.now()
    if kind.startswith(("INT", "BOOL", "BIGINT")):
        return 1
    return [] if kind == "JSON" else ""
