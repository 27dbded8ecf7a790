"""How often the steps inside loops ran in one run, and how long that took in all."""

from collections.abc import Mapping
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Select, bindparam, extract, func, select
from sqlalchemy.orm import Session

from app.engine.graph import Graph
from app.runs.models import Run, RunNode

_DAY_S = 86_400


class Times(NamedTuple):
    """How often one step ran, and the seconds that took together."""

    often: int
    seconds: float


def times_of(session: Session, run: Run, graph: Graph) -> Mapping[str, Times]:
    """By step id, of the steps inside loops that have run."""
    inside = [step.id for step in graph.steps if step.parent is not None]
    if not inside:
        return {}
    wanted = _times(session.get_bind().dialect.name)
    rows = session.execute(wanted, {"run": run.id, "steps": inside})
    return {step_id: Times(often, float(seconds or 0)) for step_id, often, seconds in rows}


@cache
def _times(dialect: str) -> Select[*tuple[Any, ...]]:
    began, ended = RunNode.started_at, RunNode.finished_at
    if dialect == "sqlite":
        took = (func.julianday(ended) - func.julianday(began)) * _DAY_S
    else:
        took = extract("epoch", ended - began)
    return (
        select(RunNode.node_id, func.count(), func.sum(took))
        .where(
            RunNode.run_id == bindparam("run"),
            RunNode.node_id.in_(bindparam("steps", expanding=True)),
            began.is_not(None),
        )
        .group_by(RunNode.node_id)
    )
