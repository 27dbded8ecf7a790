"""The rows derived from a graph, so that steps can be searched and "who uses this?" is a query."""

import uuid
from collections.abc import Hashable, Iterable, Mapping, Sequence
from functools import cache
from typing import Any, TypeAlias, TypeVar, cast

from sqlalchemy import Delete, Table, Update, and_, bindparam, delete, insert, select, update
from sqlalchemy.orm import Session

from app.agents.models import (
    AgentVersion,
    EdgeRow,
    FlowGraph,
    NodeReference,
    NodeRow,
    VersionStatus,
)
from app.engine.graph import Graph
from app.vault.reference_walker import references

_IN_USE = (VersionStatus.DRAFT, VersionStatus.ACTIVE)

Kind: TypeAlias = type[NodeRow | EdgeRow | NodeReference]
Row: TypeAlias = dict[str, object]
T = TypeVar("T")
# What tells the rows of one graph apart.
_KEYS: Mapping[Kind, tuple[str, ...]] = {
    NodeRow: ("node_id",),
    EdgeRow: ("edge_id",),
    NodeReference: ("node_id", "kind", "target_id"),
}


def rewrite(session: Session, flow_graph: FlowGraph, *, before: Graph | None = None) -> None:
    """Make the rows of this graph say what the graph says, in the same transaction.

    `before` is what its rows say now; without it there are none. Most changes of a flow touch a
    few of its steps, so only the rows that differ are written.
    """
    session.flush()
    graph, before = flow_graph.graph, before or Graph.empty()
    gone = Graph(
        steps=_not_among(before.steps, graph.steps), links=_not_among(before.links, graph.links)
    )
    come = Graph(
        steps=_not_among(graph.steps, before.steps), links=_not_among(graph.links, before.links)
    )
    old, new = _rows(gone), _rows(come)
    place: Row = {"workspace_id": flow_graph.workspace_id, "flow_graph_id": flow_graph.id}
    for kind in (NodeReference, EdgeRow, NodeRow):
        _run(session, _deletion(kind), place, _without(old[kind], new[kind]))
    for kind in (NodeRow, EdgeRow, NodeReference):
        _run(session, insert(_table(kind)), place, _without(new[kind], old[kind]))
        changed = [row for key, row in new[kind].items() if old[kind].get(key, row) != row]
        _run(session, _change(kind), place, changed)


def drop_unused(session: Session, flow_graph_id: uuid.UUID) -> None:
    """Forget the rows of a graph that is neither a draft's nor an active version's any more."""
    session.flush()
    used = session.scalar(
        select(AgentVersion.id)
        .where(AgentVersion.flow_graph_id == flow_graph_id, AgentVersion.status.in_(_IN_USE))
        .limit(1)
    )
    if used is None:
        for table in (NodeReference, EdgeRow, NodeRow):
            session.execute(delete(table).where(table.flow_graph_id == flow_graph_id))


def _not_among(ones: Sequence[T], others: Iterable[Any]) -> tuple[T, ...]:
    known = {one.id: one for one in others}
    # Mostly it is the very same step or link; to compare two of them costs far more.
    return tuple(
        one for one in ones if (other := known.get(cast(Any, one).id)) is not one and other != one
    )


def _without(rows: Mapping[Hashable, Row], others: Mapping[Hashable, Row]) -> list[Row]:
    return [row for key, row in rows.items() if key not in others]


def _run(session: Session, statement: Any, place: Row, rows: list[Row]) -> None:
    if rows:
        # Columns are said once more as `the_…`, for statements that look for a row.
        given = [{**place, **row} for row in rows]
        if not statement.is_insert:
            given = [{f"the_{name}": value for name, value in row.items()} for row in given]
        session.connection().execute(statement, given)


@cache
def _deletion(kind: Kind) -> Delete:
    return delete(_table(kind)).where(_is_the_row(kind))


@cache
def _change(kind: Kind) -> Update:
    table = _table(kind)
    named = {"flow_graph_id", "workspace_id", *_KEYS[kind]}
    values = {
        column.name: bindparam(f"the_{column.name}", type_=column.type)
        for column in table.c
        if column.name not in named
    }
    return update(table).where(_is_the_row(kind)).values(values)


def _is_the_row(kind: Kind) -> Any:
    table = _table(kind)
    names = ("flow_graph_id", *_KEYS[kind])
    return and_(*(table.c[name] == bindparam(f"the_{name}") for name in names))


def _table(kind: Kind) -> Table:
    return cast(Table, kind.__table__)


def _rows(graph: Graph) -> dict[Kind, dict[Hashable, Row]]:
    """The rows of these steps and links, by what tells them apart."""
    rows: dict[Kind, list[Row]] = {
        NodeRow: [
            {"node_id": step.id, "type": step.type, "name": step.name} for step in graph.steps
        ],
        EdgeRow: [
            {
                "edge_id": link.id,
                "source": link.source,
                "source_port": link.source_port,
                "target": link.target,
                "target_port": link.target_port,
            }
            for link in graph.links
        ],
        NodeReference: [
            {"node_id": one.step_id, "kind": one.kind, "target_id": one.target_id}
            for one in references(graph)
        ],
    }
    return {
        kind: {tuple(row[name] for name in _KEYS[kind]): row for row in found}
        for kind, found in rows.items()
    }
