"""Addresses below an agent are built without repeating which workspace and agent one is in."""

from typing import Any

from flask import current_app, g


def stay_here(endpoint: str, values: dict[str, Any]) -> None:
    """Fill in the workspace and the agent of this request; for `Blueprint.url_defaults`."""
    if g.get("workspace") is not None:
        values.setdefault("workspace_slug", g.workspace.slug)
    takes_agent = current_app.url_map.is_endpoint_expecting(endpoint, "agent_slug")
    if takes_agent and g.get("agent") is not None:
        values.setdefault("agent_slug", g.agent.slug)
