"""Drives a run: one coordinator owns all state and recording, steps with effects run beside it."""

from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from datetime import datetime
from typing import TypeAlias
from zoneinfo import ZoneInfo

from app.engine.coordinator import Coordinator
from app.engine.graph import Step
from app.engine.outcome import Limits, Outcome
from app.engine.plan import Plan
from app.engine.ports import Ports
from app.engine.record import Recorder, StepRecord
from app.engine.states import RunMode
from app.engine.values import Json
from app.lib import clock as clocks

__all__ = ["Limits", "Outcome", "PortsFor", "run"]

PortsFor: TypeAlias = Callable[[Step, str], Ports]


def run(
    plan: Plan,
    *,
    trigger: Json,
    run_id: str,
    ports_for: PortsFor,
    recorder: Recorder,
    history: Mapping[tuple[str, str], StepRecord] | None = None,
    mode: RunMode | str = RunMode.LIVE,
    executor: Executor | None = None,
    limits: Limits = Limits(),  # noqa: B008  # a frozen value
    variables: Mapping[str, Json] | None = None,
    timezone: str = "UTC",
    clock: Callable[[], datetime] = clocks.now,
) -> Outcome:
    """Run a flow to its end, its failure, its cancellation, or until it needs a person.

    `trigger` is what set it off, as the start step takes it. `history` holds the steps recorded
    by an earlier claim of the same run, by (step id, iteration): finished ones are not run
    again. `ports_for` makes the doors of a step that declares an effect. `executor` runs such
    steps side by side; without one they run in turn. `timezone` is an IANA name, for `now`.
    Nothing but ClaimLost (and errors of the recorder itself) is raised.
    """
    return Coordinator(
        plan,
        trigger=trigger,
        run_id=run_id,
        ports_for=ports_for,
        recorder=recorder,
        history=history or {},
        mode=RunMode(mode),
        executor=executor,
        limits=limits,
        variables=variables or {},
        timezone=ZoneInfo(timezone),
        clock=clock,
    ).drive()
