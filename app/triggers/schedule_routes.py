"""The page of all schedules of a workspace."""

from flask import Blueprint, Response, g, request

from app.triggers import schedule_list
from app.web.access import requires
from app.web.pages import page
from app.web.transactions import session

bp = Blueprint("schedules", __name__)
MAX_SEARCH_CHARS = 80


@bp.get("/w/<workspace_slug>/schedules")
@requires("agents.read")
def index() -> Response:
    """Every schedule over all agents, the next due first."""
    words = request.args.get("q", "").strip()[:MAX_SEARCH_CHARS]
    after = request.args.get("after", "")
    found = schedule_list.list_page(session(), g.workspace, words=words, after=after)
    return page("triggers/schedules.html", found=found, words=words, is_first_page=not after)
