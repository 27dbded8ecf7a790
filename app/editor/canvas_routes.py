"""The canvas, and what is kept of each person: which view they use, and where they are."""

import uuid

from flask import Response, request, url_for
from flask.typing import ResponseReturnValue

from app.agents import drafts
from app.agents.scope import agent_here, person
from app.editor import ports, views_kept
from app.editor.blueprint import bp
from app.editor.canvas_page import canvas_page
from app.editor.json_bodies import BodyRefused, body
from app.editor.models import EditorView
from app.editor.views_kept import Camera
from app.engine.graph_shapes import FARTHEST
from app.engine.values import Json
from app.web.access import requires
from app.web.htmx import redirect_to
from app.web.transactions import session, writing

AGENT = "/w/<workspace_slug>/agents/<agent_slug>"
MIN_ZOOM, MAX_ZOOM = 0.01, 10.0
_PAGES = {EditorView.CANVAS: "editor.canvas", EditorView.OUTLINE: "editor.show"}


@bp.get(f"{AGENT}/canvas")
@requires("agents.read")
def canvas(agent_slug: str) -> Response:
    """The draft as a drawing; `?step=` opens a step's settings."""
    return canvas_page(agent_here(agent_slug))


@bp.get(f"{AGENT}/edit/view")
@requires("agents.read")
def enter(agent_slug: str) -> ResponseReturnValue:
    """On to the view of the draft that the person used last, with its `?step=` and `?run=`."""
    agent = agent_here(agent_slug)
    step, run = request.args.get("step") or None, request.args.get("run", type=uuid.UUID)
    kept = views_kept.kept_view(session(), agent, person=person())
    if run is None and (kept is None or kept.view is EditorView.SIMPLE):
        other_page = ports.other_page(drafts.draft_of(session(), agent).flow_graph.graph)
        if other_page is not None:
            return redirect_to(other_page)
    view = views_kept.last_view(session(), agent, person=person())
    return redirect_to(url_for(_PAGES[view], step=step, run=run))


@bp.put(f"{AGENT}/camera")
@requires("agents.read")
def keep_camera(agent_slug: str) -> ResponseReturnValue:
    """Remember where on the canvas the person is: {"x", "y", "zoom"}."""
    agent = agent_here(agent_slug)
    sent = body({"x", "y", "zoom"})
    camera = Camera(
        x=_number(sent["x"], -FARTHEST, FARTHEST),
        y=_number(sent["y"], -FARTHEST, FARTHEST),
        zoom=_number(sent["zoom"], MIN_ZOOM, MAX_ZOOM),
    )
    with writing() as open_session:
        views_kept.keep_camera(open_session, agent, person=person(), camera=camera)
    return Response(status=204)


def _number(value: Json, low: float, high: float) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool) or not low <= value <= high:
        raise BodyRefused(400, "The canvas was left at a place that cannot be kept.")
    return value
