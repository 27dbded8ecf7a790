"""The room's blueprint, and finding what its addresses name."""

import uuid
from typing import Any

from flask import Blueprint, abort, g

from app.chats.directory import Reach
from app.chats.scope import reach_here
from app.describing import proposing
from app.describing.models import Workflow
from app.web.transactions import session

bp = Blueprint("describing", __name__)
DESCRIBE = "/w/<workspace_slug>/describe"
WORKFLOW = "/w/<workspace_slug>/workflows/<uuid:workflow_id>"


@bp.url_defaults
def _here(_endpoint: str, values: dict[str, Any]) -> None:
    if g.get("workspace") is not None:
        values.setdefault("workspace_slug", g.workspace.slug)


def workflow_here(workflow_id: uuid.UUID) -> tuple[Workflow, Reach]:
    """A proposal that is ready, for everybody who may read its chat; 404 for others."""
    workflow = proposing.by_id(session(), g.workspace.id, workflow_id) or abort(404)
    if not workflow.is_complete:
        abort(404)
    return workflow, reach_here(workflow.chat_id)


def workflow_to_apply(workflow_id: uuid.UUID) -> Workflow:
    """As `workflow_here`, for those who may write in its chat."""
    workflow, found = workflow_here(workflow_id)
    if not found.may_write:
        abort(403)
    return workflow
