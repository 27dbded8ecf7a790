"""A flow made ready to run: order, ways, settings read once; kept by digest for the next run."""

import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass

from app.engine.errors import PlanRefused
from app.engine.given import Settings
from app.engine.graph import Graph, Step
from app.engine.ports import ERROR
from app.engine.states import OnError
from app.engine.step_type import StepType

MAX_KEPT_STEPS = 20_000

__all__ = ["Plan", "PlanRefused", "PlannedStep", "kept_plan", "make_plan", "plan"]


@dataclass(frozen=True, slots=True)
class PlannedStep:
    """One step, ready: how many links lead to it and, per way out, the places it leads to.

    `first_way` is the way a disabled or forgiven step takes.
    """

    step: Step
    type: StepType
    settings: Settings
    incoming: int
    onward: tuple[tuple[str, int], ...]
    ports: frozenset[str]
    first_way: str | None

    @property
    def way_on_error(self) -> str | None:
        """The way out it takes when it failed and the run goes on."""
        return ERROR.id if self.step.on_error is OnError.ERROR_PORT else self.first_way


@dataclass(frozen=True, slots=True)
class Plan:
    """A flow ready to run. `steps` are in reading order; places are indexes into it."""

    graph: Graph
    catalogue: Mapping[str, StepType]
    steps: tuple[PlannedStep, ...]
    start: int

    @property
    def digest(self) -> str:
        """The digest of the flow."""
        return self.graph.digest


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
    steps = tuple(_planned(graph, step, catalogue, places) for step in graph.order)
    starts = [place for place, one in enumerate(steps) if one.type.is_start]
    if not starts:
        raise PlanRefused("The flow has no start. Add a start as its first step.")
    if len(starts) > 1:
        second = steps[starts[1]].step
        raise PlanRefused("The flow has more than one start. Keep one.", step_id=second.id)
    start = steps[starts[0]]
    if start.incoming:
        raise PlanRefused("A step leads to the start. Nothing can.", step_id=start.step.id)
    if start.step.disabled:
        raise PlanRefused("The start is switched off.", step_id=start.step.id)
    return Plan(graph, catalogue, steps, starts[0])


def _planned(
    graph: Graph, step: Step, catalogue: Mapping[str, StepType], places: Mapping[str, int]
) -> PlannedStep:
    step_type = catalogue.get(step.type)
    if step_type is None or step_type.version != step.type_version:
        raise PlanRefused(f"“{step.name}” is a kind of step not known here.", step_id=step.id)
    if step.parent is not None:
        raise PlanRefused(f"“{step.name}” is inside a loop; loops cannot run yet.", step_id=step.id)
    unknown = sorted(set(step.fields) - set(step_type.fields))
    if unknown:
        sentence = f"“{step.name}” has a setting that it does not know: {unknown[0][:60]}."
        raise PlanRefused(sentence, step_id=step.id)
    ports = [port.id for port in step_type.ports_out(step.fields)]
    onward = tuple((link.source_port, places[link.target]) for link in graph.links_from(step.id))
    error = [ERROR.id] if step.on_error is OnError.ERROR_PORT else []
    return PlannedStep(
        step=step,
        type=step_type,
        settings=Settings(step_type.fields, step.fields),
        incoming=len(graph.links_to(step.id)),
        onward=onward,
        ports=frozenset(ports + error),
        first_way=ports[0] if ports else None,
    )
