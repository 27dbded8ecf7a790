"""The room's blueprint: addresses below a workspace are built without repeating where one is."""

from typing import Any

from flask import Blueprint, g

bp = Blueprint("connections", __name__)


@bp.url_defaults
def _here(_endpoint: str, values: dict[str, Any]) -> None:
    if g.get("workspace") is not None:
        values.setdefault("workspace_slug", g.workspace.slug)
