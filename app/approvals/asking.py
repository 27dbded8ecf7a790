"""A run has come to a question, or has ended before somebody answered."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import case, func, select, text, update
from sqlalchemy.orm import Session

from app.approvals import people
from app.approvals.models import (
    MAX_TITLE_CHARS,
    Approval,
    ApprovalKind,
    ApprovalPerson,
    ApprovalStatus,
)
from app.approvals.question import argument_hash
from app.engine.redact import Redactor
from app.engine.states import RunMode
from app.engine.values import Json
from app.lib import clock, ids
from app.notices.settling import settle
from app.runs.models import Run
from app.vault.keys import Keyring

# Words, not a parameter: SQLite uses the partial index only when it can see them.
_STILL_OPEN = text("approvals.status = 'open'")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One step that waits for a person; `detail` is what its pause carries."""

    node_id: str
    iteration: str
    step_name: str
    detail: Json
    due: datetime | None


def ask(session: Session, keyring: Keyring, *, run: Run, asked: Sequence[Asked]) -> None:
    """Put questions into the inbox, in the transaction that stores the pauses of their run.

    Asking the same again changes nothing. People are told within seconds.
    """
    for one in asked:
        known = _open(session, run.id, one)
        if known is not None and known.argument_hash == argument_hash(one.detail):
            continue
        if known is not None:
            _end(session, Approval.id == known.id)
        _put(session, run, one)


def withdraw(session: Session, run_id: uuid.UUID) -> None:
    """Take back what is still open of a run that ends, in the transaction that ends it."""
    _end(session, Approval.run_id == run_id)


def any_late(session: Session) -> bool:
    """Whether the time of an open question is over; a cheap look."""
    looked = select(Approval.id).where(_STILL_OPEN, Approval.due <= clock.now()).limit(1)
    return session.scalar(looked) is not None


def mark_late(session: Session) -> int:
    """Close the questions whose time is over; how many. Their runs wake by themselves."""
    return _end(session, Approval.due <= clock.now())


def notice_key(approval_id: uuid.UUID) -> str:
    """What the notices of one question are told under."""
    return f"approval:{approval_id.hex}"


def _open(session: Session, run_id: uuid.UUID, one: Asked) -> Approval | None:
    return session.scalars(
        select(Approval).where(*_place(run_id, one), Approval.status == ApprovalStatus.OPEN)
    ).one_or_none()


def _place(run_id: uuid.UUID, one: Asked) -> tuple[Any, ...]:
    return (
        Approval.run_id == run_id,
        Approval.node_id == one.node_id,
        Approval.iteration == one.iteration,
    )


def _put(session: Session, run: Run, one: Asked) -> None:
    detail: Mapping[str, Any] = one.detail if isinstance(one.detail, dict) else {}
    rounds = session.scalar(select(func.max(Approval.round)).where(*_place(run.id, one)))
    approval = Approval(
        id=ids.new_id(),
        workspace_id=run.workspace_id,
        agent_id=run.agent_id,
        run_id=run.id,
        node_id=one.node_id,
        iteration=one.iteration,
        round=(rounds or 0) + 1,
        kind=ApprovalKind.FORM if detail.get("kind") == "form" else ApprovalKind.APPROVAL,
        title=Redactor().text(str(detail.get("title") or one.step_name))[:MAX_TITLE_CHARS],
        argument_hash=argument_hash(one.detail),
        is_rehearsal=run.mode is RunMode.REHEARSAL,
        by_mail=bool(detail.get("by_mail")),
        due=one.due,
        remind_at=_moment(detail.get("remind_at")),
        tell_at=clock.now(),
    )
    session.add(approval)
    session.flush()
    session.add_all(
        ApprovalPerson(workspace_id=run.workspace_id, approval_id=approval.id, user_id=user_id)
        for user_id in _people(session, run, detail)
    )
    session.flush()


def _people(session: Session, run: Run, detail: Mapping[str, Any]) -> set[uuid.UUID]:
    """Who alone may answer; nobody stands for everybody. A rehearsal asks who started it."""
    if run.mode is RunMode.REHEARSAL and run.started_by is not None:
        return {run.started_by}
    addresses = [str(address) for address in detail.get("people") or []]
    return people.resolve(session, run.workspace_id, addresses) if addresses else set()


def _end(session: Session, which: Any) -> int:
    now = clock.now()
    ended = session.execute(
        update(Approval)
        .where(which, Approval.status == ApprovalStatus.OPEN)
        .values(
            status=case((Approval.due <= now, ApprovalStatus.LATE), else_=ApprovalStatus.WITHDRAWN),
            ended_at=now,
            tell_at=None,
        )
        .returning(Approval.id, Approval.workspace_id)
        .execution_options(synchronize_session=False)
    ).all()
    for approval_id, workspace_id in ended:
        settle(session, workspace_id=workspace_id, keys=[notice_key(approval_id)])
    return len(ended)


def _moment(written: object) -> datetime | None:
    try:
        return datetime.fromisoformat(written) if isinstance(written, str) else None
    except ValueError:
        return None
