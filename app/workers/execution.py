"""Works on one claimed run: from its work order to an end, a loss, or giving it back."""

import logging
import secrets

from sqlalchemy.exc import SQLAlchemyError

from app.budgets.thinking import asks_models
from app.engine import runner
from app.engine.errors import GraphRefused, PlanRefused
from app.engine.outcome import Outcome
from app.engine.record import ClaimLost
from app.engine.states import Reason, RunStatus, TriggerType
from app.engine.work import Work
from app.lib.cipher import CannotOpen
from app.workers.claims import MAX_CLAIMS
from app.workers.desk import Desk
from app.workers.doors import doors, models_of
from app.workers.recorder import Ending, RunRecorder
from app.workers.remembering import remember
from app.workers.signals import GivenBack, LiveRun
from app.workers.work_order import WorkOrder

log = logging.getLogger(__name__)

POISON = (
    f"This run stopped its worker {MAX_CLAIMS} times in a row, so it was not tried again. "
    "One of its steps may need more memory or time than there is."
)
CANNOT_OPEN = (
    "What this run was started with cannot be opened any more. Was the master key changed?"
)
_ON_AGAIN = "The run goes on"
_TAKEN_OVER = "Another worker goes on with this run"
_STARTS = {
    TriggerType.MANUAL: "Started by hand",
    TriggerType.API: "Started over the API",
}


def execute(desk: Desk, order: WorkOrder, live: LiveRun) -> None:
    """Run the order to its end. A run that another worker owns by then is left alone."""
    recorder = RunRecorder(desk, order, live)
    try:
        ending = _ending(desk, order, live, recorder)
        if ending.status is RunStatus.WAITING:
            recorder.wait(ending)
        else:
            recorder.end(ending)
        for lane in recorder.to_ring:
            desk.bell.ring(lane)
        if ending.status is RunStatus.SUCCESS:
            _remember(desk, order, live)
    except GivenBack:
        recorder.give_back()
        live.among.given_back.append(order.claim.lane)
        desk.bell.ring(order.claim.lane)
    except ClaimLost:
        log.info("run %s belongs to another worker now", order.claim.run_id)
    finally:
        if live.speech is not None:
            live.speech.end()


def _remember(desk: Desk, order: WorkOrder, live: LiveRun) -> None:
    """What nobody waits for any more: the answer is in the chat."""
    if order.trigger_type is TriggerType.CHAT:
        if live.speech is not None:
            live.speech.end()
        remember(desk, order, live, models_of(desk, order))


def _ending(desk: Desk, order: WorkOrder, live: LiveRun, recorder: RunRecorder) -> Ending:
    if order.claim.is_poison:
        return Ending(status=RunStatus.FAILED, reason=Reason.POISON, error=POISON)
    try:
        _log_beginning(order, recorder)
        spent = _spent(desk, order)
        if spent:
            return Ending(status=RunStatus.FAILED, reason=Reason.BUDGET, error=spent)
        return _ending_of(_outcome(desk, order, live, recorder), recorder)
    except (GraphRefused, PlanRefused) as refused:
        where = getattr(refused, "step_id", None)
        return Ending(status=RunStatus.FAILED, error=refused.sentence, failed_step_id=where)
    except CannotOpen:
        return Ending(status=RunStatus.FAILED, error=CANNOT_OPEN)
    except (ClaimLost, SQLAlchemyError):
        raise
    except Exception:
        reference = secrets.token_hex(4)
        log.exception("run %s met a fault, reference %s", order.claim.run_id, reference)
        sentence = f"Something went wrong inside Lamplight. The server's log has it as {reference}."
        return Ending(status=RunStatus.FAILED, error=sentence)


def _spent(desk: Desk, order: WorkOrder) -> str:
    """Why a run that asks models does not begin: before it does anything, a budget is spent."""
    claim = order.claim
    if claim.number > 1 or claim.is_cancelled or not asks_models(order.plan.graph):
        return ""
    return desk.purse(claim.workspace_id, claim.run_id).why_not_begin()


def _outcome(desk: Desk, order: WorkOrder, live: LiveRun, recorder: RunRecorder) -> Outcome:
    work = Work(
        trigger=order.trigger,
        run_id=str(order.claim.run_id),
        ports_for=doors(desk, order, live),
        recorder=recorder,
        history=order.history,
        waits=order.waits,
        start=order.start_node_id,
        only=order.only_node_id,
        mode=order.mode,
        executor=desk.steps,
        variables=order.variables,
        timezone=order.timezone,
    )
    return runner.run(order.plan, work)


def _ending_of(outcome: Outcome, recorder: RunRecorder) -> Ending:
    if outcome.status is RunStatus.SUCCESS:
        recorder.log("info", "The run is done", step_id=None, iteration="")
    elif outcome.status is RunStatus.CANCELLED:
        recorder.log("warning", "The run was cancelled", step_id=None, iteration="")
    return Ending(
        status=outcome.status,
        reason=outcome.reason,
        error=outcome.error,
        failed_step_id=outcome.failed_step_id,
        answer=outcome.answer,
        wake_at=outcome.wake_at,
    )


def _log_beginning(order: WorkOrder, recorder: RunRecorder) -> None:
    if order.claim.number == 1:
        fallback = f"Started by {order.trigger_words or order.trigger_type.value}"
        words = _STARTS.get(order.trigger_type, fallback)
        by = f" by {order.starter}" if order.starter else ""
        recorder.log("info", f"{words}{by}", step_id=None, iteration="")
    else:
        recorder.log(
            "info", _ON_AGAIN if order.waiting else _TAKEN_OVER, step_id=None, iteration=""
        )
