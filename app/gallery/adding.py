"""Adding an example to a workspace: the tables that come with it, then the agent."""

import uuid
from dataclasses import replace
from typing import Any

from sqlalchemy.orm import Session

from app.accounts.models import User
from app.agents import creation
from app.agents.models import Agent
from app.data_tables import directory, rows, tables
from app.data_tables.columns import Column, ColumnKind, fresh_key
from app.engine.graph import Graph
from app.engine.values import Json
from app.gallery.examples import Example, ExampleTable
from app.workspaces.models import Workspace


def add(session: Session, workspace: Workspace, example: Example, *, by: User) -> Agent:
    """A copy of the example as an agent; raises TableRefused where there is no room for a table."""
    ids = {one.ref: _table(session, workspace.id, one, by=by) for one in example.tables}
    return creation.create(
        session,
        workspace,
        by=by,
        name=example.name,
        description=example.description,
        icon=example.icon,
        graph=_pointing(example.graph, ids),
    )


def _table(session: Session, workspace_id: uuid.UUID, wanted: ExampleTable, *, by: User) -> str:
    columns: list[Column] = []
    for name, kind in wanted.columns:
        key = fresh_key(name, [one.key for one in columns])
        columns.append(Column(key, name, ColumnKind(kind)))
    table = tables.create(
        session,
        workspace_id,
        by=by.id,
        name=_free_name(session, workspace_id, wanted.name),
        description=wanted.description,
        columns=tuple(columns),
    )
    keys = [one.key for one in columns]
    rows.add(session, table, [dict(zip(keys, row, strict=True)) for row in wanted.rows])
    return str(table.id)


def _free_name(session: Session, workspace_id: uuid.UUID, name: str) -> str:
    taken = {one.casefold() for one in directory.names_of(session, workspace_id).values()}
    free, number = name, 2
    while free.casefold() in taken:
        free = f"{name} {number}"
        number += 1
    return free


def _pointing(graph: Graph, ids: dict[str, str]) -> Graph:
    """The flow with its tables as they are in this workspace."""
    if not ids:
        return graph

    def pointed(value: Json) -> Json:
        if isinstance(value, str):
            return ids.get(value, value)
        if isinstance(value, list):
            return [pointed(one) for one in value]
        if isinstance(value, dict):
            return {name: pointed(one) for name, one in value.items()}
        return value

    def fields_of(fields: Any) -> dict[str, Json]:
        return {name: pointed(one) for name, one in fields.items()}

    steps = tuple(replace(one, fields=fields_of(one.fields)) for one in graph.steps)
    return replace(graph, steps=steps)
