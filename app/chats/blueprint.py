"""The room's blueprint: addresses below a workspace are built without repeating where one is."""

from typing import Any

from flask import Blueprint, g

from app.web.markdown import markdown

bp = Blueprint("chats", __name__)
bp.add_app_template_filter(markdown, "markdown")


@bp.url_defaults
def _here(_endpoint: str, values: dict[str, Any]) -> None:
    if g.get("workspace") is not None:
        values.setdefault("workspace_slug", g.workspace.slug)
