"""A failed run explained: what happened, at which step, what was and was not done, what to do."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from app.engine.graph import Graph, Step
from app.engine.record import StepRecord
from app.engine.run_facts import RunFacts
from app.engine.states import Effect, Reason, RunMode, RunStatus, StepStatus
from app.engine.step_type import Action, StepType
from app.engine.telling import as_given, by_step
from app.engine.words import Part, count, listed

MAX_NAMES = 4


@dataclass(frozen=True, slots=True)
class Where:
    """The step at which a run failed: the `place`th of `of` steps in reading order."""

    step_id: str
    name: str
    place: int
    of: int


@dataclass(frozen=True, slots=True)
class Failure:
    """A failure in words. `where` is None when it is about the run as a whole.

    `done` says what had been sent or changed by then, `not_done` what was not reached; both are
    whole sentences or empty. `actions` are in the order in which they help, one of them primary.
    """

    what: tuple[Part, ...]
    where: Where | None
    done: str
    not_done: str
    actions: tuple[Action, ...]


def failure(
    graph: Graph,
    records: Iterable[StepRecord],
    facts: RunFacts,
    *,
    catalogue: Mapping[str, StepType],
) -> Failure | None:
    """Why the run failed and what to do; None for a run that did not fail."""
    if facts.status is not RunStatus.FAILED:
        return None
    records = list(records)
    steps = by_step(records)
    step = None if facts.failed_step_id is None else graph.find(facts.failed_step_id)
    record = None if step is None else steps.get(step.id)
    return Failure(
        what=_what(facts, record),
        where=None if step is None else _where(graph, step),
        done=_done(graph, records, facts, catalogue),
        not_done=_not_done(graph, steps),
        actions=_actions(step, record, facts, catalogue),
    )


def _what(facts: RunFacts, record: StepRecord | None) -> tuple[Part, ...]:
    sentence = (record.error if record is not None else None) or facts.error or "The run failed."
    parts = [Part(sentence)]
    if record is not None and record.attempt > 1:
        parts.append(Part(f" It was tried {count(record.attempt, 'time')}."))
    return tuple(parts)


def _where(graph: Graph, step: Step) -> Where:
    place = next(at for at, one in enumerate(graph.order, start=1) if one.id == step.id)
    return Where(step.id, step.name, place, len(graph.order))


def _done(
    graph: Graph,
    records: Iterable[StepRecord],
    facts: RunFacts,
    catalogue: Mapping[str, StepType],
) -> str:
    if not any(_may_write(step, catalogue) for step in graph.steps):
        return ""
    times = Counter(
        record.step_id
        for record in records
        if record.status is StepStatus.SUCCESS
        and (step := graph.find(record.step_id)) is not None
        and _wrote(step, record, catalogue)
    )
    if facts.mode is RunMode.REHEARSAL or not times:
        return "Nothing was sent."
    sent = [step for step in graph.order if times[step.id]]
    names = [
        f"“{step.name}”"
        if step.parent is None
        else f"“{step.name}” {count(times[step.id], 'time')}"
        for step in sent
    ]
    return f"Already sent: {_few(names)}."


def _with_times(step: Step, times: int) -> str:
    return f"“{step.name}”" if step.parent is None else f"“{step.name}” {count(times, 'time')}"


def _not_done(graph: Graph, records: Mapping[str, StepRecord]) -> str:
    missed = [
        step.name
        for step in graph.order
        if step.parent is None and (step.id not in records or _is_unbegun(records[step.id]))
    ]
    if not missed:
        return ""
    return f"{_names(missed)} {'was' if len(missed) == 1 else 'were'} not reached."


def _is_unbegun(record: StepRecord) -> bool:
    return record.status is StepStatus.CANCELLED and record.started_at is None


def _actions(
    step: Step | None,
    record: StepRecord | None,
    facts: RunFacts,
    catalogue: Mapping[str, StepType],
) -> tuple[Action, ...]:
    again = Action("run_again", "Run again", primary=True)
    if facts.reason == Reason.BUDGET:
        return (
            Action("see_budgets", "See what is left", primary=True),
            replace(again, primary=False),
        )
    step_type = None if step is None else catalogue.get(step.type)
    if step is None or step_type is None or facts.reason == Reason.POISON:
        return (again,)
    try:
        if record is None or record.given is None:
            # It failed while its settings were filled in, so that is where to look.
            actions = StepType.actions(step_type, {}, {})
        else:
            actions = step_type.actions(as_given(record.given), as_given(record.output))
    except Exception:  # records for people may be cut; the page must still say what to do
        return (again,)
    return tuple(replace(one, step_id=step.id) for one in actions)


def _may_write(step: Step, catalogue: Mapping[str, StepType]) -> bool:
    step_type = catalogue.get(step.type)
    return step_type is not None and step_type.effect is Effect.WRITE


def _wrote(step: Step, record: StepRecord, catalogue: Mapping[str, StepType]) -> bool:
    if not _may_write(step, catalogue):
        return False
    try:
        return catalogue[step.type].effect_of(as_given(record.given)) is Effect.WRITE
    except Exception:  # as above; better to say too much was sent than too little
        return True


def _names(names: list[str]) -> str:
    return _few([f"“{name}”" for name in names])


def _few(names: list[str]) -> str:
    shown = names[:MAX_NAMES]
    if len(names) > MAX_NAMES:
        shown.append(f"{len(names) - MAX_NAMES} more")
    return listed(shown)
