"""A run as JSON text: facts, steps and log, with the copies of its values that people may see."""

import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.engine.graph import Graph
from app.runs.models import Run, RunLog, RunNode

FORMAT = 1
ROWS_AT_ONCE = 500


def pieces(session: Session, run: Run) -> Iterator[str]:
    """The text, in pieces that fit into memory however long the run was."""
    graph = run.flow_graph.graph
    facts = json.dumps(_facts(run), ensure_ascii=False, indent=1)
    yield facts[: facts.rindex("\n}")]
    yield ',\n "steps": ['
    yield from _listed(_step(graph, node) for node in _nodes(session, run))
    yield '],\n "log": ['
    yield from _listed(_line(graph, line) for line in _lines(session, run))
    yield "]\n}\n"


def _facts(run: Run) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "id": str(run.id),
        "agent": {"name": run.agent.name, "slug": run.agent.slug},
        "version": run.agent_version.version or "draft",
        "flow": run.flow_graph.digest,
        "mode": run.mode.value,
        "trigger": {
            "type": run.trigger_type.value,
            "words": run.trigger_words,
            "payload": run.trigger_payload,
        },
        "status": run.status.value,
        "reason": run.reason,
        "summary": run.summary,
        "error": run.error_message,
        "failed_step": run.failed_node_id,
        "answer": run.answer,
        "created_at": _at(run.created_at),
        "started_at": _at(run.started_at),
        "finished_at": _at(run.finished_at),
        "cost": run.cost,
        "tokens": run.tokens,
        "unpriced_tokens": run.unpriced,
        "parent_run": _id(run.parent_run),
        "replay_of": _id(run.replay_of),
    }


def _step(graph: Graph, node: RunNode) -> dict[str, Any]:
    step = graph.find(node.node_id)
    return {
        "step": node.node_id,
        "name": step.name if step else "",
        "type": node.node_type,
        "item": node.iteration,
        "status": node.status.value,
        "attempt": node.attempt,
        "way_out": node.port,
        "input": node.input,
        "output": node.output,
        "error": node.error_message,
        "cost": node.cost,
        "tokens": node.tokens,
        "unpriced_tokens": node.unpriced,
        "started_at": _at(node.started_at),
        "finished_at": _at(node.finished_at),
    }


def _line(graph: Graph, line: RunLog) -> dict[str, Any]:
    step = graph.find(line.node_id) if line.node_id else None
    return {
        "at": _at(line.at),
        "level": line.level.value,
        "step": step.name if step else None,
        "text": line.text,
    }


def _nodes(session: Session, run: Run) -> Iterator[RunNode]:
    last = ("", "")
    while True:
        found = session.scalars(
            select(RunNode)
            .where(
                RunNode.run_id == run.id,
                (RunNode.node_id > last[0])
                | ((RunNode.node_id == last[0]) & (RunNode.iteration > last[1])),
            )
            .order_by(RunNode.node_id, RunNode.iteration)
            .limit(ROWS_AT_ONCE)
        ).all()
        for node in found:
            yield node
            session.expunge(node)
        if len(found) < ROWS_AT_ONCE:
            return
        last = (found[-1].node_id, found[-1].iteration)


def _lines(session: Session, run: Run) -> Iterator[RunLog]:
    last = 0
    while True:
        found = session.scalars(
            select(RunLog)
            .where(RunLog.run_id == run.id, RunLog.seq > last)
            .order_by(RunLog.seq)
            .limit(ROWS_AT_ONCE)
        ).all()
        yield from found
        if len(found) < ROWS_AT_ONCE:
            return
        last = found[-1].seq


def _listed(entries: Iterable[dict[str, Any]]) -> Iterator[str]:
    between = "\n  "
    for entry in entries:
        yield between + json.dumps(entry, ensure_ascii=False)
        between = ",\n  "


def _at(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _id(value: object) -> str | None:
    return None if value is None else str(value)
