"""The blueprint that the room's pages hang on."""

from typing import Any

from flask import Blueprint, g

bp = Blueprint("replays", __name__)


@bp.url_defaults
def _here(_endpoint: str, values: dict[str, Any]) -> None:
    if g.get("workspace") is not None:
        values.setdefault("workspace_slug", g.workspace.slug)
