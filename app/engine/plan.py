"""A flow made ready to run: frames, ways, settings read once; kept by digest for the next run."""

import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from app.engine.errors import PlanRefused
from app.engine.given import Settings
from app.engine.graph import Graph, Step
from app.engine.ports import ERROR
from app.engine.states import OnError, TriggerType
from app.engine.step_type import Join, StartType, StepType

MAX_KEPT_STEPS = 20_000
MAX_LOOPS_DEEP = 3

__all__ = ["Frame", "Plan", "PlanRefused", "PlannedStep", "kept_plan", "make_plan", "plan"]


@dataclass(frozen=True, slots=True)
class PlannedStep:
    """One step, ready: how many links lead to it and, per way out, the places it leads to.

    `first_way` is the way a disabled or forgiven step takes; `sources` are the places that lead
    here; `body` is the frame inside, for a loop.
    """

    step: Step
    type: StepType
    settings: Settings
    incoming: int
    onward: tuple[tuple[str, int], ...]
    sources: tuple[int, ...]
    ports: frozenset[str]
    first_way: str | None
    join: Join
    body: "Frame | None"

    @property
    def way_on_error(self) -> str | None:
        """The way out it takes when it failed and the run goes on."""
        return ERROR.id if self.step.on_error is OnError.ERROR_PORT else self.first_way


@dataclass(frozen=True, slots=True)
class Frame:
    """Steps that run together: those of the whole flow, or those inside one loop.

    `entries` are the places to which no link leads.
    """

    places: tuple[int, ...]
    entries: tuple[int, ...]


@dataclass(frozen=True)
class Plan:
    """A flow ready to run. `steps` are in reading order; places are indexes into it."""

    graph: Graph
    catalogue: Mapping[str, StepType]
    steps: tuple[PlannedStep, ...]
    frame: Frame
    starts: Mapping[str, int]

    @cached_property
    def roots(self) -> frozenset[str]:
        """What the references of its steps begin with: "steps", "trigger", "vars" and so on."""
        return frozenset().union(*(planned.settings.roots for planned in self.steps))

    @property
    def digest(self) -> str:
        """The digest of the flow."""
        return self.graph.digest

    def start(self, step_id: str | None = None) -> int:
        """The place of this start, or of the one for starting by hand; raises PlanRefused."""
        if step_id is not None:
            if step_id not in self.starts:
                raise PlanRefused("The start that set this run off is not in the flow any more.")
            return self.starts[step_id]
        usable = [place for place in self.starts.values() if not self.steps[place].step.disabled]
        if not usable:
            first = next(iter(self.starts))
            raise PlanRefused("The start is switched off.", step_id=first)
        by_hand = [place for place in usable if _is_by_hand(self.steps[place].type)]
        return (by_hand or usable)[0]

    def place(self, step_id: str) -> int:
        """Where the step stands; raises PlanRefused when it is not there."""
        for place, one in enumerate(self.steps):
            if one.step.id == step_id:
                return place
        raise PlanRefused("The step is not in the flow any more.")


class _Shelf:
    """Plans used lately, least used first to go; bounded by the steps in them. Thread-safe."""

    def __init__(self) -> None:
        self._plans: OrderedDict[str, Plan] = OrderedDict()
        self._steps = 0
        self._lock = threading.Lock()

    def get(self, digest: str, catalogue: Mapping[str, StepType]) -> Plan | None:
        with self._lock:
            found = self._plans.get(digest)
            if found is None or found.catalogue is not catalogue:
                return None
            self._plans.move_to_end(digest)
            return found

    def put(self, made: Plan) -> None:
        with self._lock:
            replaced = self._plans.pop(made.digest, None)
            self._steps += len(made.steps) - (len(replaced.steps) if replaced else 0)
            self._plans[made.digest] = made
            while self._steps > MAX_KEPT_STEPS and len(self._plans) > 1:
                _, gone = self._plans.popitem(last=False)
                self._steps -= len(gone.steps)


_SHELF = _Shelf()


def kept_plan(digest: str, catalogue: Mapping[str, StepType]) -> Plan | None:
    """The plan for a flow known only by its digest, if it was planned here lately."""
    return _SHELF.get(digest, catalogue)


def plan(graph: Graph, catalogue: Mapping[str, StepType]) -> Plan:
    """The flow ready to run, made once per digest.

    Raises PlanRefused, with a sentence and the step, for a flow that cannot run at all. Faults
    in settings do not stop a plan: their step fails in words when it is reached.
    """
    made = _SHELF.get(graph.digest, catalogue)
    if made is None:
        made = make_plan(graph, catalogue)
        _SHELF.put(made)
    return made


def make_plan(graph: Graph, catalogue: Mapping[str, StepType]) -> Plan:
    """The flow ready to run, made anew; raises as `plan` does."""
    places = {step.id: place for place, step in enumerate(graph.order)}
    frames = _frames(graph, catalogue, places)
    steps = tuple(_planned(graph, step, catalogue, places, frames) for step in graph.order)
    starts = {one.step.id: place for place, one in enumerate(steps) if one.type.is_start}
    if not starts:
        raise PlanRefused("The flow has no start. Add a start as its first step.")
    for step_id, place in starts.items():
        _refuse_bad_start(steps[place], step_id)
    return Plan(graph, catalogue, steps, frames[None], starts)


def _frames(
    graph: Graph, catalogue: Mapping[str, StepType], places: Mapping[str, int]
) -> dict[str | None, Frame]:
    inside: dict[str | None, list[int]] = {None: []}
    for step in graph.order:
        if step.parent is not None:
            _refuse_bad_parent(graph, step, catalogue)
        inside.setdefault(step.parent, []).append(places[step.id])
    entries = {places[step.id] for step in graph.steps if not graph.links_to(step.id)}
    return {
        parent: Frame(tuple(found), tuple(place for place in found if place in entries))
        for parent, found in inside.items()
    }


def _refuse_bad_parent(graph: Graph, step: Step, catalogue: Mapping[str, StepType]) -> None:
    depth, parent = 0, step.parent
    while parent is not None:
        loop = graph.step(parent)
        kind = catalogue.get(loop.type)
        if kind is None or not kind.is_loop:
            raise PlanRefused(
                f"“{step.name}” is inside “{loop.name}”, which is no loop.", step_id=step.id
            )
        depth, parent = depth + 1, loop.parent
    if depth > MAX_LOOPS_DEEP:
        raise PlanRefused(
            f"“{step.name}” is inside more than {MAX_LOOPS_DEEP} loops.", step_id=step.id
        )


def _is_by_hand(kind: StepType) -> bool:
    return isinstance(kind, StartType) and kind.trigger is TriggerType.MANUAL


def _refuse_bad_start(planned: PlannedStep, step_id: str) -> None:
    if planned.incoming:
        raise PlanRefused("A step leads to a start. Nothing can.", step_id=step_id)
    if planned.step.parent is not None:
        raise PlanRefused("A start is inside a loop. It belongs before it.", step_id=step_id)


def _planned(
    graph: Graph,
    step: Step,
    catalogue: Mapping[str, StepType],
    places: Mapping[str, int],
    frames: Mapping[str | None, Frame],
) -> PlannedStep:
    step_type = catalogue.get(step.type)
    if step_type is None or step_type.version != step.type_version:
        raise PlanRefused(f"“{step.name}” is a kind of step not known here.", step_id=step.id)
    unknown = sorted(set(step.fields) - set(step_type.fields))
    if unknown:
        sentence = f"“{step.name}” has a setting that it does not know: {unknown[0][:60]}."
        raise PlanRefused(sentence, step_id=step.id)
    ports = [port.id for port in step_type.ports_out(step.fields)]
    onward = tuple((link.source_port, places[link.target]) for link in graph.links_from(step.id))
    incoming = graph.links_to(step.id)
    error = [ERROR.id] if step.on_error is OnError.ERROR_PORT else []
    return PlannedStep(
        step=step,
        type=step_type,
        settings=Settings(step_type.fields, step.fields),
        incoming=len(incoming),
        onward=onward,
        sources=tuple(dict.fromkeys(places[link.source] for link in incoming)),
        ports=frozenset(ports + error),
        first_way=ports[0] if ports else None,
        join=step_type.joins(step.fields),
        body=frames.get(step.id, Frame((), ())) if step_type.is_loop else None,
    )
