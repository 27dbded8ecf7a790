"""What the steps of a run wait for, and the replies that let the run go on."""

import uuid
from collections.abc import Sequence

from sqlalchemy import ColumnElement, TextClause, delete, func, select, text, update
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.engine.states import RunStatus
from app.engine.values import Json
from app.lib import clock
from app.runs.models import Run, RunWait
from app.vault.keys import Keyring
from app.vault.run_values import RunValues

# Words, not a parameter: SQLite uses the partial index of waiting runs only when it can see them.
_ASLEEP = text("runs.status = 'waiting'")


def reply(
    session: Session,
    keyring: Keyring,
    *,
    run_id: uuid.UUID,
    node_id: str,
    iteration: str,
    value: Json,
    by: User | None = None,
) -> bool:
    """Give a waiting step what it waits for; call inside `writing()`, then ring.

    The first reply counts: False when there was one before, or nothing waits here any more.
    """
    here = (
        RunWait.run_id == run_id,
        RunWait.node_id == node_id,
        RunWait.iteration == iteration,
    )
    workspace_id = session.scalar(select(RunWait.workspace_id).where(*here))
    if workspace_id is None:
        return False
    values = RunValues(keyring, workspace_id=workspace_id, run_id=run_id)
    taken = session.execute(
        update(RunWait)
        .where(*here, RunWait.reply.is_(None))
        .values(
            reply=values.seal_reply(value, step_id=node_id, iteration=iteration),
            replied_at=clock.now(),
            replied_by=by.id if by else None,
        )
        .returning(RunWait.run_id)
        .execution_options(synchronize_session=False)
    ).one_or_none()
    if taken is None:
        return False
    wake(session, run_id)
    return True


def reply_from_child(
    session: Session, keyring: Keyring, *, child: uuid.UUID, value: Json
) -> uuid.UUID | None:
    """Tell the run that waits for this one what it came to; the waiting run, or None."""
    wait = session.scalars(
        select(RunWait).where(RunWait.child_run == child, RunWait.reply.is_(None))
    ).first()
    if wait is None:
        return None
    is_first = reply(
        session,
        keyring,
        run_id=wait.run_id,
        node_id=wait.node_id,
        iteration=wait.iteration,
        value=value,
    )
    return wait.run_id if is_first else None


def told_of(child: Run) -> dict[str, Json]:
    """What a run that waits for this one hears, from what is stored: as people may see it."""
    return {
        "status": child.status.value,
        "answer": child.answer,
        "error": child.error_message,
        "agent": child.agent.name,
    }


def ended_below(session: Session, run_id: uuid.UUID) -> dict[uuid.UUID, Json]:
    """The runs that ended without a reply, as when a person cancels one before it began."""
    below = session.scalars(
        select(Run)
        .join(RunWait, RunWait.child_run == Run.id)
        .where(RunWait.run_id == run_id, RunWait.reply.is_(None))
    )
    return {child.id: told_of(child) for child in below if child.status.is_final}


def wake_above(session: Session, child: uuid.UUID) -> None:
    """Let the run that waits for this one go on: it has ended, and nobody will reply."""
    waiting = select(RunWait.run_id).where(RunWait.child_run == child, RunWait.reply.is_(None))
    for run_id in session.scalars(waiting).all():
        wake(session, run_id)


def wake(session: Session, run_id: uuid.UUID) -> bool:
    """Let a waiting run go on; a worker takes it at the next ring."""
    return _pending(session, Run.id == run_id)


def wake_due(session: Session) -> bool:
    """Let every waiting run go on whose moment has come; whether there was one."""
    return _pending(session, _ASLEEP, Run.wake_at <= clock.now())


def any_due(session: Session) -> bool:
    """Whether a moment has come that a run waits for; a cheap look."""
    looked = select(Run.id).where(_ASLEEP, Run.wake_at <= clock.now()).limit(1)
    return session.scalar(looked) is not None


def detail_of(keyring: Keyring, wait: RunWait) -> Json:
    """What the step asks. Raises CannotOpen."""
    values = RunValues(keyring, workspace_id=wait.workspace_id, run_id=wait.run_id)
    return values.open_detail(wait.detail, step_id=wait.node_id, iteration=wait.iteration)


def waits_of(session: Session, run_id: uuid.UUID) -> Sequence[RunWait]:
    """Everything that steps of this run wait for, answered or not."""
    return session.scalars(
        select(RunWait).where(RunWait.run_id == run_id).order_by(RunWait.created_at)
    ).all()


def forget(session: Session, run_id: uuid.UUID) -> None:
    """The run has ended: nothing waits any more."""
    session.execute(delete(RunWait).where(RunWait.run_id == run_id))


def has_unheard_reply(session: Session, run_id: uuid.UUID) -> bool:
    """Whether a reply came, or a run below ended, that the run has not gone on with yet."""
    found = select(func.count()).where(RunWait.run_id == run_id, RunWait.reply.is_not(None))
    return bool(session.scalar(found)) or bool(ended_below(session, run_id))


def _pending(session: Session, *which: ColumnElement[bool] | TextClause) -> bool:
    woken = session.execute(
        update(Run)
        .where(Run.status == RunStatus.WAITING, *which)
        .values(
            status=RunStatus.PENDING,
            reason=None,
            wake_at=None,
            seq=Run.seq + 1,
        )
        .returning(Run.id)
        .execution_options(synchronize_session=False)
    ).all()
    return bool(woken)
