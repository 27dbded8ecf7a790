"""What is told about agents: none is ever off without a notice."""

import uuid

from sqlalchemy.orm import Session

from app.accounts import people
from app.agents.models import Agent
from app.audit import trail
from app.notices.models import NoticeKind
from app.notices.telling import tell
from app.notices.words import words
from app.workspaces.models import Workspace

_OFF = {"switched_off", "archived"}


def agent_changed(session: Session, agent: Agent, what: str) -> None:
    """Tell the owner and the admins that an agent is off; who did it only finds it listed."""
    if what not in _OFF:
        return
    by = _who(session, agent, f"agent_{what}")
    name = people.names_of(session, {by}).get(by, "") if by else ""
    subject, text = words("agent_off", agent=agent.name, what=what, by=name)
    slug = session.get_one(Workspace, agent.workspace_id).slug
    tell(
        session,
        workspace_id=agent.workspace_id,
        kind=NoticeKind.AGENT_OFF,
        subject=subject,
        text=text,
        path=f"/w/{slug}/agents/{agent.slug}",
        agent_id=agent.id,
        key=f"{NoticeKind.AGENT_OFF.value}: {what} {agent.slug}",
        done_by=by,
    )


def _who(session: Session, agent: Agent, action: str) -> uuid.UUID | None:
    """Whose act this is: the audit event was written just before, in this transaction."""
    for event in trail.of_workspace(session, agent.workspace_id, limit=1):
        if event.action == action and event.details.get("agent") == str(agent.id):
            return event.actor_id
    return None
