"""Making a workspace and changing what it is called."""

from sqlalchemy.orm import Session

from app.accounts.models import User
from app.audit import trail
from app.workspaces import ports
from app.workspaces.models import Member, Workspace
from app.workspaces.roles import Role
from app.workspaces.slugs import free_slug


def found(session: Session, name: str, *, owner: User) -> Workspace:
    """Make a workspace that this person owns, in a write transaction."""
    trail.take_turn(session)
    workspace = Workspace(
        name=name,
        slug=free_slug(session, name),
        owner_id=owner.id,
        timezone=owner.timezone,
    )
    session.add(workspace)
    session.flush()
    session.add(Member(workspace_id=workspace.id, user_id=owner.id, role=Role.OWNER))
    session.flush()
    trail.record(
        session,
        "workspace_made",
        workspace_id=workspace.id,
        actor_id=owner.id,
        subject=name,
        details={"slug": workspace.slug},
    )
    for listener in ports.on_founded:
        listener(session, workspace)
    return workspace


def change(
    session: Session,
    workspace: Workspace,
    *,
    name: str,
    timezone: str,
    retention_days: int,
    max_parallel: int | None = None,
    by: Member,
) -> None:
    """Change the name, the time zone, how long runs are kept and how many go at once.

    The slug stays.
    """
    workspace.name = name
    workspace.max_parallel = max_parallel
    workspace.retention_days = retention_days
    if timezone != workspace.timezone:
        workspace.timezone = timezone
        for listener in ports.on_time_zone:
            listener(session, workspace)
    trail.record(
        session,
        "workspace_changed",
        workspace_id=workspace.id,
        actor_id=by.user_id,
        subject=name,
        details={
            "timezone": timezone,
            "retention_days": retention_days,
            "max_parallel": max_parallel,
        },
    )
