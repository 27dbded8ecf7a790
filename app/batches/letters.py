"""Telling the person who runs a batch that it is through, or cannot go on."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.batches.models import Batch, BatchStatus
from app.batches.sentences import sentence
from app.engine.words import count, listed
from app.notices.models import NoticeKind
from app.notices.telling import tell
from app.notices.words import words
from app.workspaces.models import Workspace


def told(session: Session, batch: Batch) -> None:
    """Tell the person where it stands now; call it when the batch came there by itself."""
    is_done = batch.status is BatchStatus.DONE
    is_over = is_done or batch.status is BatchStatus.STOPPED
    subject, text = words(
        "batch",
        name=batch.name,
        is_done=is_done,
        is_over=is_over,
        sentence=_counted(batch) if is_done else sentence(batch),
    )
    slug = session.scalars(select(Workspace.slug).where(Workspace.id == batch.workspace_id)).one()
    tell(
        session,
        workspace_id=batch.workspace_id,
        kind=NoticeKind.BATCH,
        subject=subject,
        text=text,
        path=f"/w/{slug}/batches/{batch.id}",
        agent_id=batch.agent_id,
        to=[batch.run_by],
        key=f"{NoticeKind.BATCH.value}: {batch.id} {batch.status.value}",
    )


def _counted(batch: Batch) -> str:
    what = "rehearsed " if batch.is_rehearsal else ""
    parts = [f"{count(batch.done, 'row')} {what}done"]
    if batch.failed:
        parts.append(f"{batch.failed:,} failed")
    if batch.cancelled:
        parts.append(f"{batch.cancelled:,} cancelled")
    if batch.left_out:
        parts.append(f"{batch.left_out:,} left out")
    return f"“{batch.agent.name}”: {listed(parts)}."
