"""The room's blueprint: addresses below an agent are built without repeating where one is."""

from typing import Any

from flask import Blueprint, has_request_context, request

from app.agents.addresses import stay_here

STEP = "/w/<workspace_slug>/agents/<agent_slug>/steps/<step_id>"
PANELS = ("canvas", "outline")

bp = Blueprint("trials", __name__)
bp.url_defaults(stay_here)


def panel_here() -> str:
    """The view of the editor whose panel this page is shown in, empty for a page of its own."""
    asked = request.args.get("panel", "") if has_request_context() else ""
    return asked if asked in PANELS else ""


@bp.url_defaults
def _stay_in_the_panel(_endpoint: str, values: dict[str, Any]) -> None:
    if request.blueprint == bp.name and panel_here():
        values.setdefault("panel", panel_here())
