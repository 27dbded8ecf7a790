"""The blueprint of this room, and what its pages can ask for."""

import uuid
from typing import Any

from flask import Blueprint, g

from app.agents import drafts
from app.agents.models import Agent
from app.budgets.thinking import may_spend
from app.budgets.warning import Said, warning
from app.web.transactions import session

bp = Blueprint("budgets", __name__)


@bp.url_defaults
def _here(_endpoint: str, values: dict[str, Any]) -> None:
    if g.get("workspace") is not None:
        values.setdefault("workspace_slug", g.workspace.slug)


@bp.app_template_global()
def budget_warning(agent: Agent, chat_id: uuid.UUID | None = None) -> Said | None:
    """What the budgets say where somebody is about to write to an agent that asks models."""
    said = warning(session(), g.workspace, agent_id=agent.id, chat_id=chat_id)
    if said is None:
        return None
    versions = [drafts.draft_of(session(), agent), agent.active_version]
    return said if any(one and may_spend(one.flow_graph.graph) for one in versions) else None
