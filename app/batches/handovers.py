"""What people do with the results of a batch: ask a worker for them, stop it, let go of them."""

import uuid
from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.batches.handover_models import Handover, HandoverKind, HandoverStatus
from app.batches.holding import find_locked
from app.batches.models import NOT_BEGUN, Batch
from app.batches.recording import record
from app.batches.refused import BatchRefused
from app.files.models import File
from app.lib import clock

GONE = "This batch was deleted meanwhile."
NO_RESULTS = "Nothing has run yet, so there are no results."
AT_WORK = {
    HandoverKind.TABLE: "These results are being written into a table already. Stop that first.",
    HandoverKind.WORKBOOK: "This file is being made already. It is ready in a moment.",
}
STILL_WRITTEN = "The results of this batch are still being handed over. Stop that first."


def of_batch(session: Session, batch: Batch) -> Sequence[Handover]:
    """What is being done with its results, or was; not what is kept no longer."""
    found = session.scalars(
        select(Handover)
        .where(Handover.workspace_id == batch.workspace_id, Handover.batch_id == batch.id)
        .order_by(Handover.id.desc())
    )
    return [one for one in found if not one.is_over]


def ask(
    session: Session,
    batch: Batch,
    kind: HandoverKind,
    wish: dict[str, Any],
    *,
    name: str,
    by: User,
    table_id: uuid.UUID | None = None,
) -> Handover:
    """Let a worker do this with the results, in place of what was asked last.

    Call inside `writing()`. Raises BatchRefused.
    """
    batch = _locked(session, batch)
    if batch.status in NOT_BEGUN:
        raise BatchRefused(NO_RESULTS)
    earlier = [one for one in _kept(session, batch) if one.kind is kind]
    if any(one.is_working for one in earlier):
        raise BatchRefused(AT_WORK[kind])
    _let_go(session, batch.workspace_id, earlier)
    asked = Handover(
        workspace_id=batch.workspace_id,
        batch_id=batch.id,
        asked_by=by.id,
        kind=kind,
        wish=wish,
        name=name[:200],
        table_id=table_id,
        whole=batch.done if kind is HandoverKind.TABLE else batch.total,
    )
    session.add(asked)
    batch.seq += 1
    return asked


def stop(session: Session, batch: Batch, kind: HandoverKind, *, by: User) -> None:
    """Let the worker leave off; what it has written stays. Call inside `writing()`.

    Raises BatchRefused.
    """
    batch = _locked(session, batch)
    for one in _kept(session, batch):
        if one.kind is kind and one.is_working:
            end(batch, one, HandoverStatus.STOPPED, stopped_words(one))
            record(
                session,
                "batch_writing_stopped" if kind is HandoverKind.TABLE else "batch_file_stopped",
                batch,
                by=by,
                name=one.name,
                rows=one.rows,
            )


def end(batch: Batch, handover: Handover, status: HandoverStatus, sentence: str) -> None:
    """It is over, and how; the worker that still has it finds that out with its next portion."""
    handover.status, handover.sentence = status, sentence
    handover.finished_at, handover.turn = clock.now(), ""
    batch.seq += 1


def stopped_words(handover: Handover) -> str:
    """What is left when it ends before its time."""
    if handover.kind is HandoverKind.WORKBOOK:
        return "Making the file was stopped."
    if not handover.rows:
        return f"Writing into “{handover.name}” was stopped before the first row."
    many = handover.rows
    stays = "row is written and stays as it is"
    stay = "rows are written and stay as they are"
    written = f"{many:,} {stays if many == 1 else stay}"
    return f"Writing into “{handover.name}” was stopped. {written}."


def forget(session: Session, batch: Batch) -> None:
    """Let go of all of them, with their files, before the batch is deleted or begins anew.

    Call inside `writing()`, with the batch locked. Raises BatchRefused while one is at work.
    """
    kept = _kept(session, batch)
    if any(one.is_working for one in kept):
        raise BatchRefused(STILL_WRITTEN)
    _let_go(session, batch.workspace_id, kept)


def forget_files(session: Session, workspace_id: uuid.UUID, batches: Sequence[uuid.UUID]) -> None:
    """The files of batches that are deleted now; their bytes go with the next sweep."""
    files = select(Handover.file_id).where(
        Handover.workspace_id == workspace_id,
        Handover.batch_id.in_(batches),
        Handover.file_id.is_not(None),
    )
    session.execute(
        delete(File)
        .where(File.workspace_id == workspace_id, File.id.in_(files))
        .execution_options(synchronize_session=False)
    )


def _kept(session: Session, batch: Batch) -> Sequence[Handover]:
    return session.scalars(
        select(Handover)
        .where(Handover.workspace_id == batch.workspace_id, Handover.batch_id == batch.id)
        .execution_options(populate_existing=True)
    ).all()


def _let_go(session: Session, workspace_id: uuid.UUID, handovers: Sequence[Handover]) -> None:
    files = [one.file_id for one in handovers if one.file_id is not None]
    if files:
        session.execute(
            delete(File)
            .where(File.workspace_id == workspace_id, File.id.in_(files))
            .execution_options(synchronize_session=False)
        )
    for one in handovers:
        session.delete(one)
    session.flush()


def _locked(session: Session, batch: Batch) -> Batch:
    found = find_locked(session, batch.workspace_id, batch.id)
    if found is None:
        raise BatchRefused(GONE)
    return found
