"""How often steps inside loops sent something, for a failed run that must say what was done."""

from functools import cache
from itertools import repeat

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.orm import Session

from app.engine.graph import Graph
from app.engine.record import StepRecord
from app.engine.states import Effect, RunStatus, StepStatus
from app.nodes.catalogue import CATALOGUE
from app.runs.models import Run, RunNode


def done(session: Session, run: Run, graph: Graph) -> list[StepRecord]:
    """One record for each time such a step was done, with its settings as typed."""
    if run.status is not RunStatus.FAILED:
        return []
    writing = [
        step.id
        for step in graph.steps
        if step.parent is not None
        and (kind := CATALOGUE.get(step.type)) is not None
        and kind.effect is Effect.WRITE
    ]
    if not writing:
        return []
    found: list[StepRecord] = []
    for step_id, times in session.execute(_times(), {"run": run.id, "steps": writing}):
        step = graph.step(step_id)
        given = {**CATALOGUE[step.type].initial_fields(), **step.fields}
        record = StepRecord(step_id, step.type, "0", StepStatus.SUCCESS, given=given)
        found += repeat(record, times)
    return found


@cache  # building it costs more than running it
def _times() -> Select[str, int]:
    return (
        select(RunNode.node_id, func.count())
        .where(
            RunNode.run_id == bindparam("run"),
            RunNode.node_id.in_(bindparam("steps", expanding=True)),
            RunNode.status == StepStatus.SUCCESS,
        )
        .group_by(RunNode.node_id)
    )
