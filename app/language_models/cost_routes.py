"""What it costs: the last thirty days of a workspace."""

from flask import Response, g

from app.language_models import costs, ports, usage
from app.language_models.blueprint import bp
from app.language_models.models import NO_AGENT
from app.web.access import requires
from app.web.pages import page
from app.web.transactions import session


@bp.get("/w/<workspace_slug>/costs", endpoint="costs")
@requires("runs.read")
def show() -> Response:
    """Per day, per agent and per model."""
    found = costs.of_workspace(session(), g.workspace.id, until=usage.today(g.workspace.timezone))
    known = frozenset(agent_id for agent_id, _ in found.agents)
    return page(
        "language_models/costs.html",
        found=found,
        agents=ports.agents(session(), g.workspace.id, known) if known else {},
        no_agent=NO_AGENT,
    )
