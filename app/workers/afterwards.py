"""What others are told of a run, in the same transaction: who waits for it, and who is asked."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from app.approvals import asking
from app.approvals.asking import Asked
from app.batches import ending as batches
from app.chats import replies as chats
from app.engine.states import Reason, RunStatus, TriggerType
from app.engine.step_type import Pause
from app.engine.values import Json
from app.notices import runs as notices
from app.prepared import as_read
from app.runs import waits
from app.runs.models import Lane, Run
from app.triggers import failures
from app.workers.desk import Desk
from app.workers.work_order import WorkOrder

QUESTIONS = (Reason.APPROVAL, Reason.FORM)


def asked(
    session: Session, desk: Desk, order: WorkOrder, pauses: Mapping[tuple[str, str], Pause]
) -> None:
    """Put what a run asks people into their inbox."""
    questions = [
        Asked(
            node_id=step_id,
            iteration=iteration,
            step_name=order.plan.graph.step(step_id).name,
            detail=pause.detail,
            due=pause.due,
        )
        for (step_id, iteration), pause in pauses.items()
        if pause.reason in QUESTIONS
    ]
    if questions:
        asking.ask(session, desk.keyring, run=_run(session, order), asked=questions)


def needs_you(session: Session, order: WorkOrder, sentence: str) -> None:
    """Tell people that a run cannot go on without them."""
    notices.run_needs_you(session, run=_run(session, order), sentence=sentence)


def ended(
    session: Session,
    desk: Desk,
    order: WorkOrder,
    *,
    status: RunStatus,
    answer: Json,
    error: str | None,
) -> set[Lane]:
    """Tell whoever waits for the run, and whoever wants to hear of failures; lanes to ring."""
    lanes: set[Lane] = set()
    waiting = None
    if order.claim.number > 1:
        asking.withdraw(session, order.claim.run_id)
        notices.run_went_on(session, run=_run(session, order))
    if order.claim.parent_run is not None:
        agent = order.agent_name
        told: Json = {"status": status.value, "answer": answer, "error": error, "agent": agent}
        waiting = waits.reply_from_child(
            session, desk.keyring, child=order.claim.run_id, value=told
        )
        if waiting is not None:
            lanes.add(order.claim.lane)
    if order.trigger_type is TriggerType.CHAT:
        said = order.redactor.known(answer)
        chats.run_ended(session, run=_run(session, order), status=status, answer=said)
    if order.claim.lane is Lane.LOW and status is RunStatus.SUCCESS:
        batches.run_ended(session, run_id=order.claim.run_id, answer=order.redactor.known(answer))
    if status is RunStatus.FAILED:
        run = _run(session, order)
        sentence = error or "The run failed."
        if waiting is None:  # else the run that waits for this one says what it means
            notices.run_failed(session, run=run, sentence=sentence)
        public_url = desk.settings.public_url
        if failures.run_failed(
            session, desk.keyring, run=run, sentence=sentence, public_url=public_url
        ):
            lanes.add(Lane.DEFAULT)
    return lanes


def _run(session: Session, order: WorkOrder) -> Run:
    """The run as its claim knows it; the rest of its row is read only if somebody asks for it."""
    claim = order.claim
    known = {"id": claim.run_id, "workspace_id": claim.workspace_id, "agent_id": claim.agent_id}
    return as_read(session, Run, known)
