"""The blueprint of this room, and what its pages can ask for."""

from typing import Any

from flask import Blueprint, g

bp = Blueprint("budgets", __name__)


@bp.url_defaults
def _here(_endpoint: str, values: dict[str, Any]) -> None:
    if g.get("workspace") is not None:
        values.setdefault("workspace_slug", g.workspace.slug)
