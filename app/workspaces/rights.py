"""What a person may do at this moment, for work that was asked for earlier."""

import uuid

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.workspaces.models import Member
from app.workspaces.roles import may


def may_still(
    session: Session, workspace_id: uuid.UUID, user_id: uuid.UUID, permission: str
) -> bool:
    """Whether a person who asked for something may have it done at this moment, too."""
    role = session.scalars(
        select(Member.role).where(Member.workspace_id == workspace_id, Member.user_id == user_id)
    ).one_or_none()
    return role is not None and may(role, permission)
