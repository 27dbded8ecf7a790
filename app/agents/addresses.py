"""Addresses below an agent are built without repeating which workspace and agent one is in."""

from typing import Any

from flask import current_app, g


def stay_here(endpoint: str, values: dict[str, Any]) -> None:
    """Fill in the workspace and the agent of this request; for `Blueprint.url_defaults`."""
    workspace, agent = g.get("workspace"), g.get("agent")
    if workspace is not None:
        values.setdefault("workspace_slug", workspace.slug)
    if agent is not None and current_app.url_map.is_endpoint_expecting(endpoint, "agent_slug"):
        values.setdefault("agent_slug", agent.slug)
