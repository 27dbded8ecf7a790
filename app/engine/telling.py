"""One step of a run in one short sentence, whatever its status, for timelines and stories."""

from collections.abc import Iterable, Mapping

from app.engine.graph import Graph, Step
from app.engine.record import StepRecord
from app.engine.states import StepStatus
from app.engine.step_type import StepType
from app.engine.values import Given
from app.engine.words import said, strong

NOT_BEGUN = "Waits for its turn"
UNDER_WAY = (StepStatus.RUNNING, StepStatus.WAITING)

_FIXED = {
    StepStatus.PENDING: NOT_BEGUN,
    StepStatus.RUNNING: "Under way",
    StepStatus.WAITING: "Waits",
    StepStatus.SKIPPED: "Passed by",
    StepStatus.FAILED: "Failed",
}


def line(step: Step, record: StepRecord | None, catalogue: Mapping[str, StepType]) -> str:
    """What the timeline says under the step's name; parts that stand out are kept.

    Never raises: records for people may be shortened or redacted.
    """
    if record is None:
        return NOT_BEGUN
    step_type = catalogue.get(step.type)
    if record.status is StepStatus.SUCCESS and step_type is not None:
        return told(step, record, step_type)
    if record.status is StepStatus.CANCELLED:
        return "Not reached" if record.started_at is None else "Stopped half-way"
    if record.status in UNDER_WAY and step_type is not None:
        return record.error or _capital(doing(step_type, record)) or _FIXED[record.status]
    if record.status is StepStatus.SKIPPED and step.disabled:
        return "Switched off"
    return record.error or _FIXED.get(record.status, "Done")


def by_step(records: Iterable[StepRecord]) -> dict[str, StepRecord]:
    """One record per step. Of those inside loops the one that failed counts, else the last."""
    found: dict[str, StepRecord] = {}
    for record in records:
        known = found.get(record.step_id)
        if known is None or known.status is not StepStatus.FAILED:
            found[record.step_id] = record
    return found


def told(step: Step, record: StepRecord, step_type: StepType) -> str:
    """What a finished step did, in its own words; in plain ones where its values are cut."""
    try:
        return step_type.tell(as_given(record.given), as_given(record.output))
    except Exception:  # a step's words must never take a page down
        return said("Did ", strong(step.name))


def doing(step_type: StepType, record: StepRecord) -> str:
    """What a running step is doing, with a small letter; empty when it has no words for it."""
    try:
        return step_type.doing(as_given(record.given))
    except Exception:  # as above
        return ""


def as_given(value: object) -> Given:
    """The named values in a record's copy for people, if it still holds any."""
    return value if isinstance(value, dict) else {}


def in_order(
    graph: Graph, records: Mapping[str, StepRecord]
) -> tuple[tuple[Step, StepRecord], ...]:
    """The steps that have a record, in reading order; a loop speaks for those inside it."""
    return tuple(
        (step, records[step.id])
        for step in graph.order
        if step.id in records and step.parent is None
    )


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
