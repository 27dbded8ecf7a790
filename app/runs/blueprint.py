"""The room's blueprint: addresses below a workspace are built without repeating where one is."""

from typing import Any

from flask import Blueprint, g

bp = Blueprint("runs", __name__)


@bp.url_defaults
def _here(_endpoint: str, values: dict[str, Any]) -> None:
    workspace = g.get("workspace")
    if workspace is not None:
        values.setdefault("workspace_slug", workspace.slug)
