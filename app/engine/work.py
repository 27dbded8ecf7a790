"""What there is to know about one run before it is worked on."""

from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass, field
from datetime import datetime

from app.engine.hands import PortsFor
from app.engine.outcome import Limits
from app.engine.record import Recorder, StepRecord
from app.engine.states import RunMode
from app.engine.step_type import Pause, Reply
from app.engine.values import Json
from app.lib import clock as clocks


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """One run to be worked on.

    `trigger` is what set it off, as the start step takes it; `start` the id of the start that
    fired, None for the one by hand. `history` holds the steps recorded by an earlier claim of
    the same run, by (step id, iteration): finished ones are not run again. `waits` says of those
    that waited for what, and what they heard. `only` runs one step alone, on what `history`
    holds. `ports_for` makes the doors of a step that needs some. `executor` runs such steps side
    by side; without one they run in turn. `timezone` is an IANA name, for `now`.
    """

    trigger: Json
    run_id: str
    ports_for: PortsFor
    recorder: Recorder
    history: Mapping[tuple[str, str], StepRecord] = field(default_factory=dict)
    waits: Mapping[tuple[str, str], tuple[Pause, Reply | None]] = field(default_factory=dict)
    start: str | None = None
    only: str | None = None
    mode: RunMode = RunMode.LIVE
    executor: Executor | None = None
    limits: Limits = Limits()  # noqa: RUF009  # a frozen value
    variables: Mapping[str, Json] = field(default_factory=dict)
    timezone: str = "UTC"
    clock: Callable[[], datetime] = clocks.now
