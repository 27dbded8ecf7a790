"""The steps of a run on a time axis, as its page draws them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from app.engine.graph import Graph, Step
from app.engine.record import StepRecord
from app.engine.states import RunStatus, StepStatus
from app.engine.step_type import StepType
from app.engine.telling import line
from app.engine.values import Json
from app.lib import clock
from app.runs.around import Relative, Spot, Waiting
from app.runs.conversation import Line, conversation_in, without_conversation
from app.runs.loop_items import Item
from app.runs.models import Run
from app.runs.recorded import LogLine
from app.runs.spending import NOTHING, Spent, spent_by
from app.runs.step_words import went_in

INTERVALS = 3
_PACES_S = (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600)

Bar = tuple[str, float, float]
Try = tuple[str, str, str, str]


@dataclass(frozen=True, slots=True)
class Axis:
    """From the run's start (0) to a round number of seconds after its end."""

    begin: datetime
    end_s: float

    @classmethod
    def of(cls, run: Run) -> "Axis":
        """The axis of a run; one that goes on reaches to this moment."""
        begin = run.started_at or run.created_at
        lasted_s = ((run.finished_at or clock.now()) - begin).total_seconds()
        pace = next((one for one in _PACES_S if one * INTERVALS >= lasted_s), lasted_s / INTERVALS)
        return cls(begin, pace * INTERVALS)

    @property
    def ticks(self) -> list[str]:
        """Words for the start, the end and two places between."""
        return [_tick(self.end_s * place / INTERVALS) for place in range(INTERVALS + 1)]

    def place(self, at: datetime) -> float:
        """Where on the axis a moment is, from 0 to 1."""
        return min(1.0, max(0.0, (at - self.begin).total_seconds() / self.end_s))


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One step as the timeline shows it, in one item where it is inside a loop.

    `is_kept`: its result was taken over from an earlier run. `is_loop`: it has items to look
    at; `item` is the one that is shown, with `rows` for the steps inside.
    """

    step_id: str
    path: str
    name: str
    state: str
    say: str
    took_s: float | None
    bars: Sequence[Bar]
    tries: Sequence[Try]
    given: Json
    output: Json
    is_open: bool
    has_more: bool
    is_kept: bool
    is_loop: bool
    can_begin: bool
    item: Item | None
    rows: Sequence["Row"]
    waiting: Waiting | None
    child: Relative | None

    @property
    def talk(self) -> Sequence[Line]:
        """What was said and done inside, for a step that is a conversation."""
        return conversation_in(self.output)

    @property
    def came_out(self) -> Json:
        """Its output without that."""
        return without_conversation(self.output)

    spent: Spent


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """What there is to draw rows from: a run, its flow, and what was recorded of it.

    `records` are those outside loops; of a loop one item at most is known.
    """

    run: Run
    graph: Graph
    records: Mapping[str, StepRecord]
    lines: Sequence[LogLine]
    catalogue: Mapping[str, StepType]
    connections: Mapping[str, str]
    items: Mapping[str, Item] = field(default_factory=dict)
    waiting: Mapping[Spot, Waiting] = field(default_factory=dict)
    children: Mapping[Spot, Relative] = field(default_factory=dict)
    spent_inside: Mapping[str, Spent] = field(default_factory=dict)


def rows(recorded: Recorded, axis: Axis) -> list[Row]:
    """One row per step outside loops, in reading order."""
    steps = [step for step in recorded.graph.order if step.parent is None]
    return _rows(recorded, axis, steps, recorded.records, path="")


def _rows(
    recorded: Recorded,
    axis: Axis,
    steps: Iterable[Step],
    records: Mapping[str, StepRecord],
    *,
    path: str,
) -> list[Row]:
    return [_row(recorded, axis, step, records.get(step.id), path) for step in steps]


def _row(recorded: Recorded, axis: Axis, step: Step, record: StepRecord | None, path: str) -> Row:
    run, spot = recorded.run, (step.id, path)
    state = _state(run, record)
    earlier = [] if path else _earlier_tries(recorded, step)
    told = line(step, record, recorded.catalogue)
    is_kept = record is not None and _is_kept(run, record)
    step_type = recorded.catalogue.get(step.type)
    has_begun = record is not None and record.started_at is not None
    item = recorded.items.get(step.id)
    return Row(
        step_id=step.id,
        path=path,
        name=step.name,
        state=state.value,
        say=told if record or not (run.status.is_final or path) else "Not reached",
        took_s=None if is_kept else _took_s(record),
        bars=[] if is_kept else _bars(record, earlier, axis),
        tries=_tries(record, earlier),
        given=went_in(
            step,
            record.given if record else None,
            trigger=run.trigger_payload,
            step_type=step_type,
            connections=recorded.connections,
        ),
        output=record.output if record else None,
        is_open=item is not None or (state is StepStatus.FAILED and step.id == run.failed_node_id),
        has_more=has_begun,
        is_kept=is_kept,
        is_loop=has_begun and step_type is not None and step_type.is_loop,
        can_begin=has_begun and not path and step_type is not None and not step_type.is_start,
        item=item,
        rows=_inner_rows(recorded, axis, item),
        waiting=recorded.waiting.get(spot),
        child=recorded.children.get(spot),
        spent=NOTHING if is_kept else recorded.spent_inside.get(step.id, spent_by(record)),
    )


def _inner_rows(recorded: Recorded, axis: Axis, item: Item | None) -> list[Row]:
    if item is None:
        return []
    inside = recorded.graph.inside(item.loop_id)
    return _rows(recorded, axis, inside, item.records, path=item.path)


def _earlier_tries(recorded: Recorded, step: Step) -> list[LogLine]:
    return [one for one in recorded.lines if one.node_id == step.id and one.text.startswith("Try ")]


def _is_kept(run: Run, record: StepRecord) -> bool:
    """Whether an earlier run did this: it had begun before this run was there."""
    if run.replay_of is None or record.started_at is None:
        return False
    return record.started_at < run.created_at


def _state(run: Run, record: StepRecord | None) -> StepStatus:
    if record is None:
        return StepStatus.SKIPPED if run.status.is_final else StepStatus.PENDING
    if record.status is StepStatus.CANCELLED and record.started_at is None:
        return StepStatus.SKIPPED
    if record.status is StepStatus.RUNNING and run.status is not RunStatus.RUNNING:
        return StepStatus.WAITING
    return record.status


def _took_s(record: StepRecord | None) -> float | None:
    if record is None or record.started_at is None:
        return None
    return ((record.ended_at or clock.now()) - record.started_at).total_seconds()


def _bars(record: StepRecord | None, earlier: Sequence[LogLine], axis: Axis) -> list[Bar]:
    if record is None or record.started_at is None:
        return []
    kinds = {StepStatus.FAILED: "bad", StepStatus.RUNNING: "live", StepStatus.WAITING: "pause"}
    end = record.ended_at or clock.now()
    bar = (kinds.get(record.status, "ok"), axis.place(record.started_at), axis.place(end))
    failed = [one.at for one in earlier if one.at <= record.started_at]
    if not failed:
        return [bar]
    return [("pause", axis.place(failed[0]), bar[1]), bar]


def _tries(record: StepRecord | None, earlier: Sequence[LogLine]) -> list[Try]:
    """Each earlier try with its own words from the log, then the last one."""
    if record is None or record.attempt < 2:
        return []
    tries: list[Try] = []
    for one in earlier[: record.attempt - 1]:
        which, _, what = one.text.partition(": ")
        tries.append(("bad", which, what, ""))
    if record.status is StepStatus.SUCCESS:
        tries.append(("ok", f"Try {record.attempt}", "It worked", ""))
    elif record.status is StepStatus.FAILED:
        tries.append(("bad", f"Try {record.attempt}", record.error or "It failed", ""))
    return tries


def _tick(seconds: float) -> str:
    if seconds >= 120:
        return f"{seconds / 60:.3g} min"
    return f"{seconds:.3g} s"
