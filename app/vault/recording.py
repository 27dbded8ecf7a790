"""What becomes of connections, for the audit trail."""

import uuid

from sqlalchemy.orm import Session

from app.audit import trail
from app.vault.models import Connection


def record(
    session: Session, action: str, connection: Connection, *, by: uuid.UUID, **details: str
) -> None:
    """Note what somebody did to it."""
    trail.record(
        session,
        action,
        workspace_id=connection.workspace_id,
        actor_id=by,
        subject=f"connection “{connection.name}”",
        details={"connection_id": str(connection.id), **details},
    )
