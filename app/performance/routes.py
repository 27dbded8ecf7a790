"""How one agent does, on a page of its own."""

from flask import Blueprint, Response, g

from app.agents import drafts
from app.agents.addresses import stay_here
from app.agents.scope import agent_here
from app.performance.figures import figures_of
from app.web.access import requires
from app.web.pages import page
from app.web.transactions import session

bp = Blueprint("performance", __name__)
bp.url_defaults(stay_here)


@bp.get("/w/<workspace_slug>/agents/<agent_slug>/performance")
@requires("runs.read")
def show(agent_slug: str) -> Response:
    """Thirty days: how many runs, how they ended, how long they took, what fails most."""
    agent = agent_here(agent_slug)
    found = figures_of(session(), g.workspace, agent.id)
    names: dict[str, str] = {}
    if found.failing:
        graph = drafts.draft_of(session(), agent).flow_graph.graph
        names = {step.id: step.name for step in graph.steps}
    return page("performance/show.html", agent=agent, found=found, names=names)
