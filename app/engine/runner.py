"""Drives a run: one coordinator owns all state and recording, steps with effects run beside it."""

from zoneinfo import ZoneInfo

from app.engine.coordinator import Coordinator
from app.engine.hands import Hands
from app.engine.ledger import Ledger
from app.engine.outcome import Outcome
from app.engine.plan import Plan
from app.engine.single import lay_out_single
from app.engine.work import Work

__all__ = ["Work", "run"]


def run(plan: Plan, work: Work) -> Outcome:
    """Run a flow to its end, its failure, its cancellation, or until all it can do is wait.

    Raises PlanRefused when the work's `start` or `only` is not in the flow, ClaimLost, and
    errors of the recorder itself; nothing else.
    """
    place = plan.place(work.only) if work.only else plan.start(work.start)
    zone = ZoneInfo(work.timezone)
    ledger = Ledger(plan, work.recorder, work.clock, work.limits, work.mode)
    hands = Hands(
        trigger=work.trigger,
        run_id=work.run_id,
        ports_for=work.ports_for,
        mode=work.mode,
        executor=work.executor,
        timezone=zone,
        clock=work.clock,
    )
    top = ledger.open(work.run_id, work.variables, zone)
    coordinator = Coordinator(plan, work, hands, ledger, top)
    if work.only:
        lay_out_single(coordinator, place)
    else:
        coordinator.queues.begin_at(top, place)
    return coordinator.drive()
