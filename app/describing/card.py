"""The card of a proposal in its chat: what it is called, how it stands, and the way to it."""

import uuid

from sqlalchemy.orm import Session

from app.chats.ports import Card, Viewer
from app.chats.seen import SeenMessage
from app.describing import proposing
from app.describing.models import Workflow, WorkflowStatus

CARD = "workflow"


def draw(session: Session, message: SeenMessage, viewer: Viewer) -> Card | None:
    """The card; None when the proposal is gone."""
    value = message.json if isinstance(message.json, dict) else {}
    try:
        wanted = uuid.UUID(str(value.get("workflow")))
    except ValueError:
        return None
    workflow = proposing.by_id(session, viewer.workspace.id, wanted)
    if workflow is None or workflow.chat_id != viewer.chat.id:
        return None
    values = {"workflow": workflow, "steps": len(workflow.flow_graph.graph.steps)}
    return Card("describing/_link.html", {**values, "stands": stands(workflow)})


def stands(workflow: Workflow) -> str:
    """How it stands in a few words; empty while it waits to be looked at."""
    return {
        WorkflowStatus.DRAFT: "",
        WorkflowStatus.ACTIVE: "applied",
        WorkflowStatus.COMPLETED: "applied and published",
        WorkflowStatus.ARCHIVED: "replaced by a later one",
    }[workflow.status]
