"""Which results of an earlier run a new one keeps when it begins at a later step."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.engine.graph import Graph, Step
from app.engine.record import StepRecord
from app.engine.states import StepStatus
from app.nodes.catalogue import CATALOGUE

Records = Mapping[str, StepRecord]


@dataclass(frozen=True, slots=True)
class Kept:
    """Steps outside loops, in reading order; a loop goes whole, as one of them.

    `again` had ended and runs once more. `changed` are names of steps whose result was to be
    kept, or that was to be begun at, and that the flow does not have any more.
    """

    steps: tuple[Step, ...] = ()
    again: tuple[Step, ...] = ()
    changed: tuple[str, ...] = ()


def keep(old: Graph, new: Graph, records: Records, *, begin_at: str) -> Kept:
    """What is kept of `records` when the flow `new` begins at a step.

    A start is never kept: it gives the same again, from what set the earlier run off.
    """
    changed = [] if is_same(old, new, begin_at) else [_name(old, begin_at)]
    steps, again = [], []
    for step in old.order:
        record = records.get(step.id)
        if step.parent is not None or record is None or not is_over(record):
            continue
        if step.id == begin_at or is_behind(old, new, step, begin_at):
            again.append(step)
        elif _is_start(step):
            continue
        elif is_same(old, new, step.id):
            steps.append(step)
        else:
            changed.append(step.name)
    return Kept(tuple(steps), tuple(again), tuple(changed))


def places_to_begin(graph: Graph, records: Records) -> tuple[Step, ...]:
    """The steps that a new run can begin at, because all before them had its turn."""
    return tuple(
        step
        for step in graph.order
        if step.parent is None
        and not _is_start(step)
        and (record := records.get(step.id)) is not None
        and record.started_at is not None
    )


def outermost(graph: Graph, step_id: str) -> str:
    """The step itself, or the outermost loop that it is inside of."""
    step = graph.find(step_id)
    while step is not None and step.parent is not None:
        step = graph.find(step.parent)
    return step.id if step is not None else step_id


def is_behind(old: Graph, new: Graph, step: Step, begin_at: str) -> bool:
    """Whether a way led or leads from the step that is begun at to this one."""
    return begin_at in old.before(step.id) or begin_at in new.before(step.id)


def is_over(record: StepRecord) -> bool:
    """Whether the run went on behind it: it was done, passed by, or failed and was forgiven."""
    if record.status is StepStatus.FAILED:
        return record.port is not None
    return record.status in (StepStatus.SUCCESS, StepStatus.SKIPPED)


def is_same(old: Graph, new: Graph, step_id: str) -> bool:
    """Whether both flows have this step, of the same kind and in the same place."""
    before, now = old.find(step_id), new.find(step_id)
    if before is None or now is None:
        return False
    return (before.type, before.parent) == (now.type, now.parent)


def _is_start(step: Step) -> bool:
    kind = CATALOGUE.get(step.type)
    return kind is not None and kind.is_start


def _name(graph: Graph, step_id: str) -> str:
    step = graph.find(step_id)
    return step.name if step else "a step that is not there"
