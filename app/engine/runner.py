"""Drives a run: one coordinator owns all state and recording, steps with effects run beside it."""

from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from datetime import datetime
from zoneinfo import ZoneInfo

from app.engine.coordinator import Coordinator
from app.engine.hands import Hands, PortsFor
from app.engine.ledger import Ledger
from app.engine.outcome import Limits, Outcome
from app.engine.plan import Plan
from app.engine.record import Recorder, StepRecord
from app.engine.single import lay_out_single
from app.engine.states import RunMode
from app.engine.step_type import Pause, Reply
from app.engine.values import Json
from app.lib import clock as clocks

__all__ = ["Limits", "Outcome", "PortsFor", "run"]


def run(
    plan: Plan,
    *,
    trigger: Json,
    run_id: str,
    ports_for: PortsFor,
    recorder: Recorder,
    history: Mapping[tuple[str, str], StepRecord] | None = None,
    waits: Mapping[tuple[str, str], tuple[Pause, Reply | None]] | None = None,
    start: str | None = None,
    only: str | None = None,
    mode: RunMode | str = RunMode.LIVE,
    executor: Executor | None = None,
    limits: Limits = Limits(),  # noqa: B008  # a frozen value
    variables: Mapping[str, Json] | None = None,
    timezone: str = "UTC",
    clock: Callable[[], datetime] = clocks.now,
) -> Outcome:
    """Run a flow to its end, its failure, its cancellation, or until all it can do is wait.

    `trigger` is what set it off, as the start step takes it; `start` the id of the start that
    fired, None for the one by hand. `history` holds the steps recorded by an earlier claim of
    the same run, by (step id, iteration): finished ones are not run again. `waits` says of those
    that waited for what, and what they heard. `only` runs one step alone, on what `history`
    holds. `ports_for` makes the doors of a step that needs some. `executor` runs such steps side
    by side; without one they run in turn. `timezone` is an IANA name, for `now`.
    Raises PlanRefused when `start` or `only` is not in the flow, ClaimLost, and errors of the
    recorder itself; nothing else.
    """
    mode, zone, history = RunMode(mode), ZoneInfo(timezone), history or {}
    place = plan.place(only) if only else plan.start(start)
    ledger = Ledger(plan, recorder, clock, limits, mode)
    hands = Hands(
        trigger=trigger,
        run_id=run_id,
        ports_for=ports_for,
        mode=mode,
        executor=executor,
        timezone=zone,
        clock=clock,
    )
    top = ledger.open(run_id, variables or {}, zone)
    coordinator = Coordinator(
        plan,
        hands,
        ledger,
        top,
        history=history,
        waits=waits or {},
        mode=mode,
        limits=limits,
        clock=clock,
    )
    if only:
        lay_out_single(coordinator, place)
    else:
        coordinator.queues.begin_at(top, place)
    return coordinator.drive()
