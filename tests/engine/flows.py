"""Flows written short, and the steps, doors and recorders that engine tests use."""

import itertools
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar

from app.engine.errors import StepFailed
from app.engine.fields import Field, Text, Value
from app.engine.graph import Graph, Link, Step
from app.engine.outcome import Outcome
from app.engine.plan import plan
from app.engine.ports import Port, Ports
from app.engine.record import Cancelled, LogLevel, StepRecord
from app.engine.runner import Work, run
from app.engine.states import Effect, StepStatus
from app.engine.step_type import Output, Pause, StepType
from app.engine.values import Given, Json
from app.lib import clock
from app.lib.safe_http import HttpAnswer, HttpCall
from app.nodes.catalogue import CATALOGUE


def word(key: str) -> str:
    """The step id that a key stands for in these tests."""
    return (key.replace("_", "") + "00000000")[:8]


def step(key: str, kind: str = "set_values", /, **given: Any) -> Step:
    """A step; `settings` beside its fields go by the names of `Step`."""
    settings = {name: given.pop(name) for name in list(given) if name in _OPTIONS}
    fields = {**KINDS[kind].initial_fields(), **given}
    if kind == "set_values" and not given:
        fields["values"] = [{"name": "done", "value": "yes"}]
    made = Step(id=word(key), type=kind, key=key, name=key.replace("_", " "), fields=fields)
    return replace(made, **settings)


_OPTIONS = {
    "disabled",
    "on_error",
    "default_output",
    "retry",
    "timeout_s",
    "parent",
    "name",
    "type_version",
}


def flow(*steps: Step, links: str = "") -> Graph:
    """A flow. `links` is words such as `start>sum sum>big big.yes>stop`; none = one line."""
    pairs = links.split() or [f"{one.key}>{other.key}" for one, other in itertools.pairwise(steps)]
    made = []
    for number, pair in enumerate(pairs):
        source, target = pair.split(">")
        key, _, port = source.partition(".")
        made.append(Link(f"link{number:04}", word(key), port or "out", word(target)))
    return Graph(steps=tuple(steps), links=tuple(made))


def values(**rows: Json) -> list[dict[str, Json]]:
    """The rows of a set of values."""
    return [{"name": name, "value": value} for name, value in rows.items()]


def when(value: Json, operator: str, value2: Json = "", match: str = "all") -> dict[str, Json]:
    """One condition."""
    return {
        "match": match,
        "rows": [{"value": value, "operator": operator, "value2": value2}],
    }


@dataclass
class Notebook:
    """A recorder that keeps everything in order, and can be told to raise."""

    calls: list[tuple[str, StepRecord, bool]] = field(default_factory=list)
    lines: list[tuple[str, str, str | None]] = field(default_factory=list)
    pauses: dict[tuple[str, str], Pause] = field(default_factory=dict)
    ticks: int = 0
    on_tick: Callable[[int], None] = lambda count: None

    def started(self, record: StepRecord, *, durable: bool) -> None:
        """Keep it."""
        self.calls.append(("started", record, durable))

    def paused(self, record: StepRecord, pause: Pause) -> None:
        """Keep it."""
        self.pauses[record.step_id, record.iteration] = pause
        self.calls.append(("paused", record, False))

    def ended(self, record: StepRecord, *, durable: bool) -> None:
        """Keep it."""
        self.calls.append(("ended", record, durable))

    def log(self, level: LogLevel, text: str, *, step_id: str | None, iteration: str) -> None:
        """Keep it."""
        self.lines.append((level, text, step_id))

    def tick(self) -> None:
        """Count it."""
        self.ticks += 1
        self.on_tick(self.ticks)

    @property
    def ended_steps(self) -> dict[str, StepRecord]:
        """The final record of each step by its id; a second one is a fault."""
        found: dict[str, StepRecord] = {}
        for what, record, _ in self.calls:
            if what == "ended":
                assert record.step_id not in found, f"{record.step_id} ended twice"
                assert record.status.is_final
                found[record.step_id] = record
        return found

    def record(self, key: str) -> StepRecord:
        """The final record of the step with this key."""
        return self.ended_steps[word(key)]

    def statuses(self) -> dict[str, StepStatus]:
        """The final status of each step by its id."""
        return {step_id: record.status for step_id, record in self.ended_steps.items()}

    def order(self) -> list[str]:
        """The ids of the steps that were run, in the order in which they began."""
        return [record.step_id for what, record, _ in self.calls if what == "started"]


@dataclass
class World:
    """The outside of a run: what test steps saw, and how they are to behave."""

    seen: list[tuple[str, str]] = field(default_factory=list)
    failures: dict[str, int] = field(default_factory=dict)
    gate: threading.Event = field(default_factory=threading.Event)
    busy: int = 0
    most_busy: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)
    answer: HttpAnswer | Exception | None = None

    def send(self, call: HttpCall, connection_id: str | None) -> HttpAnswer:
        """Answer as told."""
        self.seen.append((call.method, call.url))
        if isinstance(self.answer, Exception):
            raise self.answer
        assert self.answer is not None
        return self.answer

    def ports(self, _step: Step, _iteration: str) -> Ports:
        """Doors into this world."""
        return Ports(http=self, clock=clock.now)


class Echo(StepType):
    """Gives back what it was given."""

    type: ClassVar[str] = "echo"
    title: ClassVar[str] = "Echo"
    group: ClassVar[str] = "Data"
    icon: ClassVar[str] = "info"
    fields: ClassVar[Mapping[str, Field]] = {"value": Value(label="Value")}

    def run(self, given: Given, ports: Ports) -> Output:
        """The value."""
        return Output(given["value"])


class Outside(StepType):
    """Meets the world: `does` says read or write, `how` says what happens there."""

    type: ClassVar[str] = "outside"
    title: ClassVar[str] = "Outside"
    group: ClassVar[str] = "Actions"
    icon: ClassVar[str] = "globe"
    effect: ClassVar[Effect] = Effect.WRITE
    fields: ClassVar[Mapping[str, Field]] = {
        "does": Text(label="Does", default="read"),
        "how": Text(label="How", default="well"),
        "twice": Text(label="Twice", default="no"),
    }

    def run(self, given: Given, ports: Ports) -> Output:
        """Behave as told."""
        world = ports.http
        assert isinstance(world, World)
        with world.lock:
            world.seen.append((ports.idempotency_key, given["how"]))
            world.busy += 1
            world.most_busy = max(world.most_busy, world.busy)
        try:
            return self._behave(world, given["how"], ports)
        finally:
            with world.lock:
                world.busy -= 1

    def _behave(self, world: World, how: str, ports: Ports) -> Output:
        ports.log("info", f"outside {how}")
        if how == "gate":
            assert world.gate.wait(10)
        if how == "until_cancelled":
            while not ports.cancelled():
                world.gate.wait(0.01)
        if world.failures.get(how, 0) > 0:
            world.failures[how] -= 1
            raise StepFailed("The other side was busy.", output={"status": 503})
        if how == "cancelled":
            raise Cancelled
        if how == "fault":
            raise ZeroDivisionError
        return Output({"mode": ports.mode.value})

    def effect_of(self, given: Given) -> Effect:
        """As told."""
        return Effect(given["does"])

    def is_repeatable(self, given: Given) -> bool:
        """As told."""
        return bool(given["twice"] == "yes")


class Crossroads(StepType):
    """Leaves by the way named, for random flows."""

    type: ClassVar[str] = "crossroads"
    title: ClassVar[str] = "Crossroads"
    group: ClassVar[str] = "Logic"
    icon: ClassVar[str] = "split"
    fields: ClassVar[Mapping[str, Field]] = {"way": Text(label="Way", default="a")}

    def run(self, given: Given, ports: Ports) -> Output:
        """Fail, or leave."""
        if given["way"] == "fail":
            raise StepFailed("It failed.", can_retry=False)
        return Output({"way": given["way"]}, port=given["way"])

    def ports_out(self, fields: Mapping[str, Json]) -> tuple[Port, ...]:
        """Two ways."""
        return (Port("a", "A"), Port("b", "B"))


KINDS: Mapping[str, StepType] = {
    **CATALOGUE,
    "echo": Echo(),
    "outside": Outside(),
    "crossroads": Crossroads(),
}


def play(graph: Graph, trigger: Json = None, **how: Any) -> tuple[Outcome, Notebook]:
    """Run a flow; `how` goes to the runner, with `world` and `notebook` for the outside."""
    world = how.pop("world", None) or World()
    notebook = how.pop("notebook", None) or Notebook()
    work = Work(
        trigger=trigger,
        run_id=how.pop("run_id", "run1"),
        ports_for=world.ports,
        recorder=notebook,
        **how,
    )
    return run(plan(graph, KINDS), work), notebook


def asked(*keys: str, kind: str = "text") -> list[dict[str, Json]]:
    """Questions of a form."""
    return [{"label": key, "key": key, "kind": kind} for key in keys]
