"""An example that people talk to begins at once: published, on, with an open chat."""

from sqlalchemy.orm import Session

from app.accounts.models import User
from app.agents import drafts, lifecycle
from app.agents.models import Agent
from app.agents.surroundings import known_to
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
    """Publish the example as it is and switch it on; False where somebody has to look first.

    All that it reaches are tables that came with it, so nobody is asked about them.
    """
    draft = drafts.draft_of(session, agent)
    reach = publication.compared_draft(session, agent, draft, known_to(session, agent)).wider
    own = {one.key for one in reach if one.sort == "table"}
    try:
        with session.begin_nested():
            publication.publish(
                session,
                agent,
                by=by,
                expected_revision=draft.flow_graph.revision,
                note=NOTE,
                confirmed=own,
            )
            lifecycle.switch_on(session, agent, by=by)
    except (PublicationRefused, WideningRefused, EditRefused):
        session.refresh(agent)
        return False
    return True
