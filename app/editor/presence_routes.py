"""Who else is here, and whether the draft has moved on: an open canvas asks every 4 seconds."""

import re

from flask import Response, jsonify
from sqlalchemy import select

from app.agents import drafts
from app.agents.models import Agent, AgentVersion, FlowGraph, VersionStatus
from app.agents.scope import agent_here, person
from app.agents.surroundings import problems_of
from app.editor.blueprint import bp
from app.editor.canvas_data import Told, draft_told, told_of
from app.editor.canvas_routes import AGENT
from app.editor.json_bodies import BodyRefused, body, revision_in
from app.editor.presence import Seen
from app.editor.web_process import people
from app.engine.graph_shapes import ID
from app.web.access import requires
from app.web.transactions import session

_CLIENT = re.compile(r"[A-Za-z0-9-]{8,40}\Z")


@bp.post(f"{AGENT}/presence")
@requires("agents.read")
def presence(agent_slug: str) -> Response:
    """Tell what this page looks at, {"revision", "step", "client"}, and hear who else is here.

    The answer holds the whole draft when it is not at the page's revision.
    """
    agent = agent_here(agent_slug)
    sent = body({"revision", "step", "client"})
    step, client = sent["step"], sent["client"]
    if not isinstance(client, str) or not _CLIENT.match(client):
        raise BodyRefused(400, "The page does not say which one it is. Reload it.")
    if step is not None and not (isinstance(step, str) and ID.match(step)):
        raise BodyRefused(400, "The page does not say which step is open. Reload it.")
    revision = revision_in(sent)
    me = Seen(user_id=str(person().id), step=step, **told_of(person()))
    others = people().tell(agent.workspace_id, agent.id, client=client, seen=me)
    now = _revision(agent)
    return jsonify(
        people=[{"name": one.name, "initials": one.initials, "step": one.step} for one in others],
        revision=now,
        draft=_draft(agent) if now != revision else None,
    )


def _revision(agent: Agent) -> int:
    return (
        session()
        .scalars(
            select(FlowGraph.revision)
            .join(AgentVersion, AgentVersion.flow_graph_id == FlowGraph.id)
            .where(
                AgentVersion.workspace_id == agent.workspace_id,
                AgentVersion.agent_id == agent.id,
                AgentVersion.status == VersionStatus.DRAFT,
            )
        )
        .one()
    )


def _draft(agent: Agent) -> Told:
    row = drafts.draft_of(session(), agent)
    return draft_told(row, problems_of(session(), agent, row.flow_graph.graph))
