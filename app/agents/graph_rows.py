"""The rows derived from a graph, so that steps can be searched and "who uses this?" is a query."""

import uuid

from sqlalchemy import delete, insert, select
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


def rewrite(session: Session, flow_graph: FlowGraph) -> None:
    """Make the rows of this graph say what the graph says, in the same transaction."""
    session.flush()
    graph = flow_graph.graph
    _remove(session, flow_graph.id)
    _insert(session, NodeRow, _node_rows(flow_graph, graph))
    _insert(session, EdgeRow, _edge_rows(flow_graph, graph))
    _insert(session, NodeReference, _reference_rows(flow_graph, graph))


def drop_unused(session: Session, flow_graph_id: uuid.UUID) -> None:
    """Forget the rows of a graph that is neither a draft's nor an active version's any more."""
    session.flush()
    used = session.scalar(
        select(AgentVersion.id)
        .where(AgentVersion.flow_graph_id == flow_graph_id, AgentVersion.status.in_(_IN_USE))
        .limit(1)
    )
    if used is None:
        _remove(session, flow_graph_id)


def _remove(session: Session, flow_graph_id: uuid.UUID) -> None:
    for table in (NodeReference, EdgeRow, NodeRow):
        session.execute(delete(table).where(table.flow_graph_id == flow_graph_id))


def _insert(
    session: Session,
    table: type[NodeRow | EdgeRow | NodeReference],
    rows: list[dict[str, object]],
) -> None:
    if rows:
        session.execute(insert(table), rows)


def _node_rows(flow_graph: FlowGraph, graph: Graph) -> list[dict[str, object]]:
    return [
        {**_place(flow_graph), "node_id": step.id, "type": step.type, "name": step.name}
        for step in graph.steps
    ]


def _edge_rows(flow_graph: FlowGraph, graph: Graph) -> list[dict[str, object]]:
    return [
        {
            **_place(flow_graph),
            "edge_id": link.id,
            "source": link.source,
            "source_port": link.source_port,
            "target": link.target,
            "target_port": link.target_port,
        }
        for link in graph.links
    ]


def _reference_rows(flow_graph: FlowGraph, graph: Graph) -> list[dict[str, object]]:
    return [
        {**_place(flow_graph), "node_id": one.step_id, "kind": one.kind, "target_id": one.target_id}
        for one in references(graph)
    ]


def _place(flow_graph: FlowGraph) -> dict[str, object]:
    return {"workspace_id": flow_graph.workspace_id, "flow_graph_id": flow_graph.id}
