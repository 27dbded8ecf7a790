"""The audit events that batches leave."""

from sqlalchemy.orm import Session

from app.accounts.models import User
from app.audit import trail
from app.audit.trail import Detail
from app.batches.models import Batch
from app.runs.starting import identity


def record(session: Session, action: str, batch: Batch, *, by: User, **details: Detail) -> None:
    """Leave an audit event about the batch."""
    trail.record(
        session,
        action,
        workspace_id=batch.workspace_id,
        actor_id=identity(by),
        subject=f"batch “{batch.name}”",
        details={"batch": str(batch.id), "agent": str(batch.agent_id), **details},
    )
