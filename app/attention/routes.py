"""The page of everything that waits for a person."""

from typing import Any

from flask import Blueprint, Response, g

from app.attention import directory
from app.web.access import requires
from app.web.pages import page
from app.web.transactions import session

bp = Blueprint("attention", __name__)


@bp.url_defaults
def _here(_endpoint: str, values: dict[str, Any]) -> None:
    if g.get("workspace") is not None:
        values.setdefault("workspace_slug", g.workspace.slug)


@bp.get("/w/<workspace_slug>/attention")
@requires("workspace.read")
def index() -> Response:
    """What went wrong and has not come right, and what waits for an answer."""
    return page("attention/index.html", found=directory.attention(session(), g.workspace, g.member))
