"""Cancelling a run, and answering for a step that may or may not have been done."""

import enum
from collections.abc import Sequence
from typing import Any

from sqlalchemy import and_, delete, func, literal, select, update
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.engine.states import Reason, RunStatus, StepStatus
from app.engine.values import Json
from app.lib import clock
from app.runs import ports, waits
from app.runs.models import LogLevel, Run, RunLog, RunNode, RunState, RunWait
from app.vault.keys import Keyring

_STILL = (RunStatus.PENDING, RunStatus.WAITING)
_OPEN = (StepStatus.PENDING, StepStatus.RUNNING, StepStatus.WAITING)


class Decision(enum.StrEnum):
    """What a person says about a step that was interrupted while it changed something."""

    AGAIN = "again"
    DONE = "done"
    STOP = "stop"


def cancel(session: Session, run: Run, *, by: User) -> bool:
    """Cancel the run and those it started; call inside `writing()`. False when it had ended before.

    A run that nobody works on ends at once; a worker hears of it within a second or two and
    stops at its next step.
    """
    now = clock.now()
    asked = session.execute(
        update(Run)
        .where(Run.id == run.id, Run.status.in_((*_STILL, RunStatus.RUNNING)))
        .values(
            cancel_requested=func.coalesce(Run.cancel_requested, literal(now, Run.created_at.type)),
            cancelled_by=func.coalesce(Run.cancelled_by, literal(by.id, Run.id.type)),
            seq=Run.seq + 1,
        )
        .returning(Run.status)
        .execution_options(synchronize_session=False)
    ).one_or_none()
    if asked is not None and asked.status in _STILL:
        _end_at_once(session, run, by)
    if asked is not None:
        for child in _live_children(session, run):
            cancel(session, child, by=by)
    session.refresh(run)
    return asked is not None


def _live_children(session: Session, run: Run) -> Sequence[Run]:
    return session.scalars(
        select(Run).where(
            Run.workspace_id == run.workspace_id,
            Run.parent_run == run.id,
            Run.status.in_((*_STILL, RunStatus.RUNNING)),
        )
    ).all()


def decide(session: Session, run: Run, *, by: User, decision: Decision) -> bool:
    """Settle what becomes of a run that needs somebody; call inside `writing()`, then ring.

    AGAIN makes the interrupted step try again, DONE takes it as done without an output, STOP
    ends the run as failed. False when the run does not wait for this any more.
    """
    woken = session.execute(
        update(Run)
        .where(
            Run.id == run.id,
            Run.status == RunStatus.WAITING,
            Run.reason == Reason.NEEDS_YOU,
            Run.cancel_requested.is_(None),
        )
        .values(status=RunStatus.PENDING, reason=None, error_message=None, seq=Run.seq + 1)
        .returning(Run.id)
        .execution_options(synchronize_session=False)
    ).one_or_none()
    if woken is None:
        return False
    if decision is Decision.STOP:
        _stop(session, run, by)
    else:
        _let_go_on(session, run, by, decision)
    ports.on_settled(session, run=run)
    session.refresh(run)
    return True


def tell_waiting(session: Session, keyring: Keyring, run: Run) -> bool:
    """Tell the run that waits for this one, if it ended while nobody worked on it; then ring.

    Call inside `writing()`, after `cancel` or `decide`. False when there is nobody to tell.
    """
    if run.parent_run is None or not run.status.is_final:
        return False
    value: Json = {
        "status": run.status.value,
        "answer": None,
        "error": run.error_message,
        "agent": run.agent.name,
    }
    return waits.reply_from_child(session, keyring, child=run.id, value=value) is not None


def _let_go_on(session: Session, run: Run, by: User, decision: Decision) -> None:
    settled = {"status": StepStatus.PENDING} if decision is Decision.AGAIN else _DONE
    _settle_interrupted(session, run, error_message=None, **settled)
    word = "to try it again" if decision is Decision.AGAIN else "that it was done"
    _note(session, run, f"{by.name} said {word}", LogLevel.INFO)


def _stop(session: Session, run: Run, by: User) -> None:
    step = run.flow_graph.graph.find(run.failed_node_id or "")
    name = f"“{step.name}”" if step else "a step"
    sentence = f"{by.name} stopped it, because it was not known whether {name} had been sent."
    now = clock.now()
    _settle_interrupted(
        session, run, status=StepStatus.FAILED, error_message=sentence, finished_at=now
    )
    _end(session, run, status=RunStatus.FAILED, error_message=sentence, summary=sentence)
    _note(session, run, sentence, LogLevel.ERROR)


def _settle_interrupted(session: Session, run: Run, **values: Any) -> None:
    """Change the steps that were cut off; those that wait for a person or a moment still do."""
    waits_on = (
        select(RunWait.run_id)
        .where(
            RunWait.run_id == RunNode.run_id,
            RunWait.node_id == RunNode.node_id,
            RunWait.iteration == RunNode.iteration,
        )
        .exists()
    )
    session.execute(
        update(RunNode)
        .where(and_(RunNode.run_id == run.id, RunNode.status == StepStatus.WAITING, ~waits_on))
        .values(**values)
        .execution_options(synchronize_session=False)
    )


_DONE = {"status": StepStatus.SUCCESS, "port": "out"}


def _end_at_once(session: Session, run: Run, by: User) -> None:
    _end(session, run, status=RunStatus.CANCELLED, error_message=None)
    ports.on_settled(session, run=run)
    _note(session, run, f"Cancelled by {by.name}", LogLevel.WARNING)


def _end(session: Session, run: Run, **values: Any) -> None:
    """The end of a run that nobody works on; its exact values are deleted."""
    now = clock.now()
    session.execute(
        update(Run)
        .where(Run.id == run.id)
        .values(reason=None, finished_at=now, wake_at=None, **values)
        .execution_options(synchronize_session=False)
    )
    session.execute(
        update(RunNode)
        .where(RunNode.run_id == run.id, RunNode.status.in_(_OPEN))
        .values(status=StepStatus.CANCELLED, finished_at=now)
        .execution_options(synchronize_session=False)
    )
    session.execute(delete(RunState).where(RunState.run_id == run.id))
    waits.forget(session, run.id)
    waits.wake_above(session, run.id)
    ports.on_cancelled(session, run.id)


def _note(session: Session, run: Run, text: str, level: LogLevel) -> None:
    """A line from outside; only while no worker owns the run, whose lines would be in the way."""
    last = session.scalar(select(func.max(RunLog.seq)).where(RunLog.run_id == run.id)) or 0
    session.add(
        RunLog(
            workspace_id=run.workspace_id,
            run_id=run.id,
            seq=last + 1,
            at=clock.now(),
            level=level,
            text=text,
        )
    )
    session.flush()
