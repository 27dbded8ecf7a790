"""What the steps of a run used of language models, those of loops added up."""

from collections import defaultdict
from collections.abc import Mapping
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.engine.graph import Graph
from app.engine.record import StepRecord
from app.runs.models import Run, RunNode


class Spent(NamedTuple):
    """Tokens, their cost in millionths of a dollar, and how many of them have no known price."""

    tokens: int
    cost: int
    unpriced: int


NOTHING = Spent(0, 0, 0)


def spent_by(record: StepRecord | None) -> Spent:
    """What one step used."""
    return NOTHING if record is None else Spent(record.tokens, record.cost, record.unpriced)


def spent_in_loops(session: Session, run: Run, graph: Graph) -> Mapping[str, Spent]:
    """What the steps inside each loop outside of others used together, in all items."""
    if not run.tokens:
        return {}
    found = session.execute(
        select(
            RunNode.node_id,
            func.sum(RunNode.tokens),
            func.sum(RunNode.cost),
            func.sum(RunNode.unpriced),
        )
        .where(RunNode.run_id == run.id, RunNode.iteration != "", RunNode.tokens > 0)
        .group_by(RunNode.node_id)
    )
    sums: dict[str, Spent] = defaultdict(lambda: NOTHING)
    for step_id, *counted in found:
        loop = _outermost(graph, step_id)
        if loop is not None:
            both = zip(sums[loop], map(int, counted), strict=True)
            sums[loop] = Spent(*(one + other for one, other in both))
    return sums


def _outermost(graph: Graph, step_id: str) -> str | None:
    step = graph.find(step_id)
    while step is not None and step.parent is not None:
        step = graph.find(step.parent)
    return None if step is None else step.id
