"""The batches of a workspace, or of one of its agents."""

import uuid

from flask import Response, abort, g, request

from app.agents import directory as agents
from app.batches import directory
from app.batches.blueprint import bp
from app.web.access import requires
from app.web.pages import page
from app.web.transactions import session


@bp.get("/w/<workspace_slug>/batches")
@requires("runs.read")
def index() -> Response:
    """Newest first; `?agent=` for those of one agent."""
    slug = request.args.get("agent") or None
    agent = agents.by_slug(session(), g.workspace, slug=slug) if slug else None
    if slug and agent is None:
        abort(404)
    g.agent = agent
    found = directory.list_page(session(), g.workspace, agent=agent, older_than=_key())
    return page("batches/index.html", found=found, agent=agent)


def _key() -> uuid.UUID | None:
    typed = request.args.get("older_than")
    try:
        return uuid.UUID(typed) if typed else None
    except ValueError:
        abort(404)
