"""Following a run over the outline: the page asks each second what is new."""

import time
import uuid

from flask import Response, g, request

from app.agents.scope import agent_here
from app.editor import ports
from app.editor.blueprint import bp
from app.editor.canvas_routes import AGENT
from app.editor.editor_page import list_page
from app.web.access import requires
from app.web.htmx import nothing_new

SHOW_TIME_EVERY_S = 5  # how old the seconds on the page of a quiet run may become


@bp.get(f"{AGENT}/edit/run")
@requires("runs.read")
def follow_run(agent_slug: str) -> Response:
    """204 while nothing is new in `?run=` since `?seen=`, else the list of steps anew."""
    return nothing_new() if _has_seen_all() else list_page(agent_here(agent_slug))


def _has_seen_all() -> bool:
    """One look into Valkey; access has been checked, and the key names the workspace."""
    run_id, seen = request.args.get("run", type=uuid.UUID), request.args.get("seen", "")
    asked_at = request.args.get("at", type=int)
    if run_id is None or not seen or asked_at is None:
        return False
    is_fresh = 0 <= time.time() - asked_at < SHOW_TIME_EVERY_S
    return is_fresh and ports.live_mark(g.workspace.id, run_id) == seen
