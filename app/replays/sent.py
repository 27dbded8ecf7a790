"""What a run had sent or changed elsewhere, by step and number of times."""

import uuid
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.engine.graph import Graph, Step
from app.engine.record import StepRecord
from app.engine.states import Effect, RunMode, StepStatus
from app.engine.step_type import StepType
from app.engine.telling import as_given
from app.nodes.catalogue import CATALOGUE
from app.runs.models import Run, RunNode

Inner = Mapping[tuple[uuid.UUID, str], int]


@dataclass(frozen=True, slots=True)
class Sent:
    """A step that writes, and how often it did; `type` is its kind."""

    name: str
    times: int
    type: str


@dataclass(frozen=True, slots=True)
class Tally:
    """How often one sort of thing was done, and how many of those would be done once more.

    `one`, `many` and `done` are words: e-mail, e-mails, sent.
    """

    one: str
    many: str
    done: str
    times: int
    again: int


def tallies(done: Iterable[Sent], again: Iterable[Sent] = ()) -> list[Tally]:
    """Both counted by what they are, most first; `again` is not in `done`."""
    times: Counter[tuple[str, str, str]] = Counter()
    repeated: Counter[tuple[str, str, str]] = Counter()
    for sent in done:
        times[_words(sent)] += sent.times
    for sent in again:
        times[_words(sent)] += sent.times
        repeated[_words(sent)] += sent.times
    return [Tally(*words, count, repeated[words]) for words, count in times.most_common()]


def _words(sent: Sent) -> tuple[str, str, str]:
    kind = CATALOGUE.get(sent.type)
    return StepType.writes if kind is None else kind.writes


def inner_writes(session: Session, runs: Collection[Run]) -> Inner:
    """How often each writing step inside loops was done, by run and step; one question."""
    kinds = [kind.type for kind in CATALOGUE.values() if kind.effect is Effect.WRITE]
    counted = (
        select(RunNode.run_id, RunNode.node_id, func.count())
        .where(
            RunNode.run_id.in_([run.id for run in runs]),
            RunNode.node_type.in_(kinds),
            RunNode.iteration != "",
            RunNode.status == StepStatus.SUCCESS,
        )
        .group_by(RunNode.run_id, RunNode.node_id)
    )
    return {(run_id, step_id): times for run_id, step_id, times in session.execute(counted)}


def sent_by(
    run: Run,
    graph: Graph,
    steps: Iterable[Step],
    *,
    records: Mapping[str, StepRecord],
    inner: Inner,
) -> list[Sent]:
    """What these steps of the run, and those inside them, really sent."""
    if run.mode is RunMode.REHEARSAL:
        return []
    wanted = {step.id for step in steps}
    found = []
    for step in graph.order:
        if step.parent is None:
            record = records.get(step.id)
            done = step.id in wanted and record is not None and _was_sent(step, record)
            times = 1 if done else 0
        else:
            is_wanted = bool(wanted & {one.id for one in graph.around(step.id)})
            times = inner.get((run.id, step.id), 0) if is_wanted and may_write(step) else 0
        if times:
            found.append(Sent(step.name, times, step.type))
    return found


def may_send(graph: Graph, steps: Iterable[Step]) -> list[Sent]:
    """The writing steps among these and inside them, each once."""
    wanted = {step.id for step in steps}
    return [
        Sent(step.name, 1, step.type)
        for step in graph.order
        if not step.disabled
        and may_write(step)
        and (step.id in wanted or wanted & {one.id for one in graph.around(step.id)})
    ]


def may_write(step: Step) -> bool:
    """Whether the step can change something elsewhere, by its settings as typed."""
    kind = CATALOGUE.get(step.type)
    if kind is None or kind.effect is not Effect.WRITE:
        return False
    try:
        return kind.effect_of({**kind.initial_fields(), **step.fields}) is Effect.WRITE
    except Exception:  # better to say too much may be sent than too little
        return True


def _was_sent(step: Step, record: StepRecord) -> bool:
    kind = CATALOGUE.get(step.type)
    if kind is None or kind.effect is not Effect.WRITE or record.status is not StepStatus.SUCCESS:
        return False
    try:
        return kind.effect_of(as_given(record.given)) is Effect.WRITE
    except Exception:  # as above
        return True
