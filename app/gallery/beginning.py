"""An example that people talk to begins at once: published, on, with an open chat."""

from sqlalchemy.orm import Session

from app.accounts.models import User
from app.agents import drafts, lifecycle
from app.agents.models import Agent
from app.engine.errors import EditRefused
from app.gallery.examples import Example
from app.versions import publication
from app.versions.publication import PublicationRefused, WideningRefused

CHAT_START = "start_chat"
NOTE = "As the example was"


def is_talked_to(example: Example) -> bool:
    """Whether people talk to it in a chat."""
    return any(step.type == CHAT_START for step in example.graph.steps)


def switch_on(session: Session, agent: Agent, *, by: User) -> bool:
    """Publish the example as it is and switch it on; False where somebody has to look first."""
    revision = drafts.draft_of(session, agent).flow_graph.revision
    try:
        with session.begin_nested():
            publication.publish(session, agent, by=by, expected_revision=revision, note=NOTE)
            lifecycle.switch_on(session, agent, by=by)
    except (PublicationRefused, WideningRefused, EditRefused):
        session.refresh(agent)
        return False
    return True
