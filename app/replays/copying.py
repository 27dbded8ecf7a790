"""Puts what an earlier run recorded into a new one, which then goes on behind it."""

import uuid
from collections.abc import Mapping
from typing import cast

from sqlalchemy import Table, insert, literal, select
from sqlalchemy.orm import Session

from app.engine.graph import Graph
from app.engine.values import Json
from app.lib import clock
from app.model import Id
from app.replays.sent import around
from app.runs.models import Run, RunLog, RunNode, RunState
from app.vault.keys import Keyring
from app.vault.run_values import RunValues


def copy_kept(
    session: Session,
    keyring: Keyring,
    source: Run,
    target: Run,
    *,
    graph: Graph,
    values: Mapping[str, Json],
) -> None:
    """Copy the records of the steps in `values` and seal what they gave, as the new run's own.

    A loop is copied with all its items, which are read only. Does nothing the second time.
    """
    if not values or _has_records(session, target.id):
        return
    _copy_rows(session, source, target, graph, set(values))
    _seal(session, keyring, target, values)
    session.add(
        RunLog(
            workspace_id=target.workspace_id,
            run_id=target.id,
            seq=1,
            at=clock.now(),
            text=f"Kept from an earlier run: {_few(graph, values)}",
        )
    )
    session.flush()


def _has_records(session: Session, run_id: uuid.UUID) -> bool:
    known = select(RunNode.node_id).where(RunNode.run_id == run_id).limit(1)
    return session.scalar(known) is not None


def _copy_rows(session: Session, source: Run, target: Run, graph: Graph, kept: set[str]) -> None:
    inside = {step.id for step in graph.steps if kept & {one.id for one in around(graph, step)}}
    table = cast(Table, RunNode.__table__)
    columns = [column for column in table.c if column.name != "run_id"]
    session.execute(
        insert(table).from_select(
            ["run_id", *(column.name for column in columns)],
            select(literal(target.id, Id()), *columns).where(
                table.c.run_id == source.id, table.c.node_id.in_(kept | inside)
            ),
        )
    )


def _seal(session: Session, keyring: Keyring, target: Run, values: Mapping[str, Json]) -> None:
    sealer = RunValues(keyring, workspace_id=target.workspace_id, run_id=target.id)
    rows = [
        {
            "workspace_id": target.workspace_id,
            "run_id": target.id,
            "node_id": step_id,
            "iteration": "",
            "ciphertext": sealer.seal(value, step_id=step_id, iteration=""),
        }
        for step_id, value in values.items()
        if value is not None
    ]
    if rows:
        session.execute(insert(cast(Table, RunState.__table__)), rows)


def _few(graph: Graph, values: Mapping[str, Json]) -> str:
    names = [f"“{step.name}”" for step in graph.order if step.id in values]
    more = f" and {len(names) - 5} more" if len(names) > 5 else ""
    return ", ".join(names[:5]) + more
