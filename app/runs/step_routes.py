"""What one step of a draft did in a run: in the editor's panel, or on a page of its own."""

import re
import uuid

from flask import Response, abort, g, request

from app.agents import drafts
from app.agents.outline import lone_card
from app.agents.scope import agent_here
from app.runs.blueprint import bp
from app.runs.scope import run_here
from app.runs.step_result import chosen, runs_with, step_result
from app.web.access import requires
from app.web.pages import page
from app.web.transactions import session

PANELS = ("canvas", "outline")
_ITEM = re.compile(r"\d{1,7}(\.\d{1,7}){0,5}\Z")


@bp.get("/w/<workspace_slug>/agents/<agent_slug>/steps/<step_id>/result", endpoint="step_result")
@requires("runs.read")
def show(agent_slug: str, step_id: str) -> Response:
    """What went in and came out: in the run that `?run=` names, else in the newest one."""
    agent = agent_here(agent_slug)
    graph = drafts.draft_of(session(), agent).flow_graph.graph
    step = graph.find(step_id) or abort(404)
    wanted = request.args.get("run", type=uuid.UUID)
    asked = run_here(wanted) if wanted else None
    if asked is not None and asked.agent_id != agent.id:
        abort(404)
    runs, run = chosen(runs_with(session(), agent, step_id), asked)
    item = request.args.get("item", "")
    place = request.args.get("panel", "")
    place = place if place in PANELS else ""
    return page(
        "runs/step_panel.html" if place else "runs/step_page.html",
        agent=agent,
        step=step,
        card=lone_card(graph, step, ()),
        place=place,
        runs=runs,
        result=step_result(
            session(), g.workspace, run, step_id, item=item if _ITEM.match(item) else None
        )
        if run
        else None,
    )
