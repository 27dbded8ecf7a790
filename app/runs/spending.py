"""What the steps of a run used of language models, those of loops added up."""

import uuid
from collections import defaultdict
from collections.abc import Collection, Mapping
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


def spent_below(
    session: Session, workspace_id: uuid.UUID, run_ids: Collection[uuid.UUID]
) -> dict[uuid.UUID, Spent]:
    """What the runs used that these runs started, and those that these started in turn."""
    tree = (
        select(Run.parent_run.label("root"), Run.id.label("id"))
        .where(Run.workspace_id == workspace_id, Run.parent_run.in_(run_ids))
        .cte("tree", recursive=True)
    )
    tree = tree.union_all(
        select(tree.c.root, Run.id).where(
            Run.workspace_id == workspace_id, Run.parent_run == tree.c.id
        )
    )
    found = session.execute(
        select(tree.c.root, func.sum(Run.tokens), func.sum(Run.cost), func.sum(Run.unpriced))
        .join(Run, Run.id == tree.c.id)
        .where(Run.workspace_id == workspace_id)
        .group_by(tree.c.root)
    )
    return {root: Spent(*map(int, counted)) for root, *counted in found}


def _outermost(graph: Graph, step_id: str) -> str | None:
    step = graph.find(step_id)
    while step is not None and step.parent is not None:
        step = graph.find(step.parent)
    return None if step is None else step.id
