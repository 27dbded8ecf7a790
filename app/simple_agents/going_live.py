"""Letting a simple agent work: its draft is published when it is new, and the agent is on."""

from collections.abc import Collection

from sqlalchemy.orm import Session

from app.accounts.models import User
from app.agents import drafts, lifecycle
from app.agents.models import Agent
from app.versions import publication


def go_live(session: Session, agent: Agent, *, by: User, confirmed: Collection[str] = ()) -> None:
    """Publish and switch on, whichever is left to do. Call inside `writing()`.

    Raises as `publication.publish` and `lifecycle.switch_on` do.
    """
    flow_graph = drafts.draft_of(session, agent).flow_graph
    if publication.is_news(agent, flow_graph.graph):
        publication.publish(
            session,
            agent,
            by=by,
            expected_revision=flow_graph.revision,
            confirmed=confirmed,
        )
    if not agent.is_on:
        lifecycle.switch_on(session, agent, by=by)
