"""A run told in plain words: what it did so far, what it does now, what comes next."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from app.engine.failure import Failure, failure
from app.engine.graph import Graph, Step
from app.engine.record import StepRecord
from app.engine.run_facts import RunFacts
from app.engine.states import Reason, RunStatus, StepStatus
from app.engine.step_type import StepType
from app.engine.telling import UNDER_WAY, by_step, doing, in_order, line, told
from app.engine.words import Part, count, listed, parts_of

MAX_CLAUSES = 5

__all__ = ["Failure", "RunFacts", "Story", "failure", "line", "story"]


@dataclass(frozen=True, slots=True)
class Story:
    """A run in words. `sentence_parts` is the headline; `now` and `next` may be empty."""

    sentence_parts: tuple[Part, ...]
    now: str = ""
    next: str = ""

    @property
    def text(self) -> str:
        """The headline as plain text."""
        return "".join(part.text for part in self.sentence_parts)


def story(
    graph: Graph,
    records: Iterable[StepRecord],
    facts: RunFacts,
    *,
    catalogue: Mapping[str, StepType],
) -> Story:
    """The run's story; `records` may be in any order."""
    steps = by_step(records)
    clauses = _clauses(graph, steps, catalogue)
    if facts.status is RunStatus.PENDING:
        return Story((Part("Waiting for a free worker."),), next=_first_of(graph))
    if facts.status is RunStatus.FAILED:
        return Story(_headline(clauses, "It failed before its first step was done."))
    if facts.status is RunStatus.CANCELLED:
        parts = _headline(clauses, "It was cancelled before its first step was done.")
        return Story((*parts, Part(" Then it was cancelled."))) if clauses else Story(parts)
    if facts.status is RunStatus.SUCCESS:
        return Story(_headline(clauses, "Done; there was nothing to do."))
    parts = _headline(clauses, "Just started.")
    if facts.status is RunStatus.WAITING and facts.reason in (None, Reason.NEEDS_YOU):
        return Story(parts, now=f"It waits for you: {facts.error or 'it needs your answer.'}")
    return Story(parts, now=_now(graph, steps, catalogue), next=_next(graph, steps))


def _clauses(
    graph: Graph, records: Mapping[str, StepRecord], catalogue: Mapping[str, StepType]
) -> list[tuple[Part, ...]]:
    clauses = []
    for step, record in in_order(graph, records):
        step_type = catalogue.get(step.type)
        if record.status is StepStatus.SUCCESS and step_type is not None:
            clauses.append(parts_of(told(step, record, step_type)))
        elif record.status is StepStatus.FAILED and record.port is not None:
            name = Part(f"“{step.name}”", strong=True)
            clauses.append((Part("Went on although "), name, Part(" failed")))
    return clauses


def _headline(clauses: list[tuple[Part, ...]], instead: str) -> tuple[Part, ...]:
    if not clauses:
        return (Part(instead),)
    shown = _shortened(clauses)
    parts = [*shown[0]]
    for place, clause in enumerate(shown[1:], start=2):
        parts.append(Part(" and " if place == len(shown) else ", "))
        parts += _small(clause)
    said = "".join(part.text for part in parts)
    return tuple(parts) if said.endswith((".", ".”", "…", "…”")) else (*parts, Part("."))


def _shortened(clauses: list[tuple[Part, ...]]) -> list[tuple[Part, ...]]:
    if len(clauses) <= MAX_CLAUSES:
        return clauses
    left_out = len(clauses) - MAX_CLAUSES + 1
    between = (Part(f"Did {count(left_out, 'more step')}"),)
    return [clauses[0], between, *clauses[-(MAX_CLAUSES - 2) :]]


def _small(clause: tuple[Part, ...]) -> tuple[Part, ...]:
    first = clause[0]
    if first.strong:
        return clause
    return (Part(first.text[:1].lower() + first.text[1:]), *clause[1:])


def _now(graph: Graph, records: Mapping[str, StepRecord], catalogue: Mapping[str, StepType]) -> str:
    words = []
    for step, record in _running(graph, records):
        step_type = catalogue.get(step.type)
        words.append((doing(step_type, record) if step_type else "") or f"at “{step.name}”")
    return f"Now {listed(words)}." if words else ""


def _next(graph: Graph, records: Mapping[str, StepRecord]) -> str:
    running = {step.id for step, _ in _running(graph, records)}
    by_way: dict[str, list[str]] = {}
    for step_id in running:
        for link in graph.links_from(step_id):
            if link.target not in running and link.target not in records:
                by_way.setdefault(f"{step_id} {link.source_port}", []).append(link.target)
    if not by_way:
        return ""
    ways = [listed([f"“{graph.step(one).name}”" for one in targets]) for targets in by_way.values()]
    then = ""
    targets = list(by_way.values())
    if len(targets) == 1 and len(targets[0]) == 1:
        onward = graph.links_from(targets[0][0])
        if len({link.target for link in onward}) == 1:
            then = f", then “{graph.step(onward[0].target).name}”"
    return f"Next: {listed(list(dict.fromkeys(ways)), 'or')}{then}."


def _first_of(graph: Graph) -> str:
    return f"First comes “{graph.order[0].name}”." if graph.steps else ""


def _running(graph: Graph, records: Mapping[str, StepRecord]) -> list[tuple[Step, StepRecord]]:
    return [one for one in in_order(graph, records) if one[1].status in UNDER_WAY]
