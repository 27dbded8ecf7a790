"""The setting of a workspace that publishing needs a second person."""

import uuid

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit import trail
from app.engine.errors import EditRefused
from app.reviews.people import publishers
from app.workspaces.models import Member, Workspace

SETTING = "publishing_needs_second_person"


def is_on(session: Session, workspace_id: uuid.UUID) -> bool:
    """Whether it holds, as the database has it in this transaction."""
    kept = session.scalar(select(Workspace.settings).where(Workspace.id == workspace_id))
    return bool((kept or {}).get(SETTING))


def switch(session: Session, workspace: Workspace, *, on: bool, by: Member) -> None:
    """Let it hold or not. Raises EditRefused where nobody could publish any more."""
    trail.take_turn(session)
    session.refresh(workspace, ["settings"], with_for_update=True)
    if bool(workspace.settings.get(SETTING)) == on:
        return
    if on and len(publishers(session, workspace.id)) < 2:
        raise EditRefused(
            "Only one person here may publish, so nothing could be published any more. "
            "Invite a colleague as a builder first."
        )
    workspace.settings = {**workspace.settings, SETTING: on}
    trail.record(
        session,
        "second_person_needed" if on else "second_person_not_needed",
        workspace_id=workspace.id,
        actor_id=by.user_id,
        subject=workspace.name,
    )
