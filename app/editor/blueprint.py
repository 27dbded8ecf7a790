"""The room's blueprint, on which each file of routes puts its own."""

import uuid
from typing import Any

from flask import Blueprint, has_request_context, request

from app.agents.addresses import stay_here

# The pages and forms of the outline, and the canvas: what leads there keeps the run laid over.
_WITH_RUN = {
    *("editor.show", "editor.canvas", "editor.follow_run"),
    *("editor.add_step", "editor.duplicate_step", "editor.save_step", "editor.direct_step"),
    *("editor.move_step", "editor.nest_step", "editor.switch_step", "editor.remove_step"),
}


def keep_run(endpoint: str, values: dict[str, Any]) -> None:
    """Whoever looks at a run over the flow goes on seeing it; for `Blueprint.url_defaults`."""
    if endpoint not in _WITH_RUN or not has_request_context():
        return
    run = request.args.get("run", type=uuid.UUID)
    if run is not None and "run" not in values:
        values["run"] = run
        if endpoint != "editor.canvas":
            values.setdefault("item", request.args.get("item"))


bp = Blueprint("editor", __name__)
bp.url_defaults(stay_here)
bp.url_defaults(keep_run)
