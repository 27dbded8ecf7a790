"""What people do with the results of a batch: ask a worker for them, stop it, let go of them."""

import uuid
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.batches import recording
from app.batches.holding import find_locked
from app.batches.models import NOT_BEGUN, Batch
from app.batches.ports import Handed
from app.batches.refused import BatchRefused
from app.data_tables import directory as tables
from app.handovers import asking
from app.handovers.models import Handover, HandoverKind, HandoverStatus

GONE = "This batch was deleted meanwhile."
NO_RESULTS = "Nothing has run yet, so there are no results."
STILL_WRITTEN = "The results of this batch are still being handed over. Stop that first."


def of_batch(session: Session, batch: Batch) -> Sequence[Handover]:
    """What is being done with its results, or was; not what is kept no longer."""
    found = session.scalars(select(Handover).where(_of(batch)).order_by(Handover.id.desc()))
    return [one for one in found if not one.is_over]


def handed(session: Session, batch: Batch) -> Handed:
    """The same for the page of the batch, with the table that was written into."""
    found = of_batch(session, batch)
    into = next((one for one in found if one.table_id is not None and not one.is_working), None)
    if into is None or into.table_id is None:
        return Handed(found)
    written = tables.by_id(session, batch.workspace_id, table_id=into.table_id)
    if written is None:
        return Handed(found)
    half_filled = into if is_half_filled(into) else None
    return Handed(found, written, half_filled, _has_run_since(batch, into))


def is_half_filled(handover: Handover) -> bool:
    """Whether it began a new table and did not come to its end."""
    ended = handover.status in (HandoverStatus.STOPPED, HandoverStatus.FAILED)
    return ended and "new" in handover.wish and "keys" in handover.wish


def _has_run_since(batch: Batch, into: Handover) -> bool:
    """Whether rows ran after the table was begun: rows again, or rows that were not done yet."""
    began_again = batch.resumed_at is not None and batch.resumed_at > into.created_at
    if began_again or batch.is_live or batch.finished_at is None or into.finished_at is None:
        return began_again or batch.is_live
    return batch.finished_at > into.finished_at


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

    Call inside `writing()`. Raises BatchRefused and HandoverRefused.
    """
    batch = locked(session, batch)
    if batch.status in NOT_BEGUN:
        raise BatchRefused(NO_RESULTS)
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
    asking.ask(session, asked, instead_of=kept(session, batch, kind))
    batch.seq += 1
    return asked


def stop(session: Session, batch: Batch, kind: HandoverKind, *, by: User) -> None:
    """Let the worker leave off; what it has written stays. Call inside `writing()`.

    Raises BatchRefused.
    """
    batch = locked(session, batch)
    for one in kept(session, batch, kind):
        if one.is_working:
            asking.end(one, HandoverStatus.STOPPED, _stopped_words(one))
            recording.record(
                session,
                "batch_file_stopped" if one.is_file else "batch_writing_stopped",
                batch,
                by=by,
                name=one.name,
                rows=one.rows,
            )
            batch.seq += 1


def forget(session: Session, batch: Batch) -> None:
    """Let go of all of them, with their files, before the batch is deleted or begins anew.

    Call inside `writing()`, with the batch locked. Raises BatchRefused while one is at work.
    """
    found = kept(session, batch)
    if any(one.is_working for one in found):
        raise BatchRefused(STILL_WRITTEN)
    asking.let_go(session, found)


def forget_files(session: Session, workspace_id: uuid.UUID, batches: Sequence[uuid.UUID]) -> None:
    """The files of batches that are deleted now; their bytes go with the next sweep."""
    asking.forget_files(
        session, Handover.workspace_id == workspace_id, Handover.batch_id.in_(batches)
    )


def locked(session: Session, batch: Batch) -> Batch:
    """The batch, held until the transaction ends. Raises BatchRefused."""
    found = find_locked(session, batch.workspace_id, batch.id)
    if found is None:
        raise BatchRefused(GONE)
    return found


def kept(session: Session, batch: Batch, kind: HandoverKind | None = None) -> Sequence[Handover]:
    """All of this batch, or those of one kind, held like the batch."""
    found = asking.kept(session, _of(batch))
    return [one for one in found if kind is None or one.kind is kind]


def _of(batch: Batch) -> ColumnElement[bool]:
    return and_(Handover.workspace_id == batch.workspace_id, Handover.batch_id == batch.id)


def _stopped_words(handover: Handover) -> str:
    """What is left when it ends before its time."""
    if handover.is_file:
        return asking.STOPPED
    stopped = f"Writing into “{handover.name}” was stopped"
    if not handover.rows:
        return f"{stopped} before the first row."
    many, whole = handover.rows, handover.whole
    if "new" in handover.wish:
        return f"{stopped}. {many:,} of {whole:,} {'row is' if many == 1 else 'rows are'} written."
    stays = "row is written and stays as it is"
    stay = "rows are written and stay as they are"
    return f"{stopped}. {many:,} {stays if many == 1 else stay}."
