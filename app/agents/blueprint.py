"""The room's blueprint: addresses below a workspace are built without repeating where one is."""

from typing import Any

from flask import Blueprint, current_app, g

bp = Blueprint("agents", __name__)


@bp.url_defaults
def _here(endpoint: str, values: dict[str, Any]) -> None:
    if g.get("workspace") is not None:
        values.setdefault("workspace_slug", g.workspace.slug)
    takes_agent = current_app.url_map.is_endpoint_expecting(endpoint, "agent_slug")
    if takes_agent and g.get("agent") is not None:
        values.setdefault("agent_slug", g.agent.slug)
