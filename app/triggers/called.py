"""A webhook that is being called: all that its route needs, in one look-up and without the ORM."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias, cast

from sqlalchemy import Dialect, Select, Table, bindparam, select
from sqlalchemy.orm import Session

from app.agents.models import Agent, AgentStatus
from app.lib import clock
from app.prepared import Prepared
from app.triggers.hook_models import Catching
from app.triggers.models import Trigger, TriggerKind

MAX_TOKEN_CHARS = 64


@dataclass(frozen=True, slots=True)
class Called:
    """A webhook as it was when its call came; firing looks again under the write lock."""

    id: uuid.UUID
    workspace_id: uuid.UUID
    agent_id: uuid.UUID
    node_id: str
    name: str
    settings: Mapping[str, Any]
    status: AgentStatus
    listened_until: datetime | None

    @property
    def is_archived(self) -> bool:
        """Whether its agent was put away."""
        return self.status is AgentStatus.ARCHIVED

    @property
    def is_listened_to(self) -> bool:
        """Whether somebody waits to catch its next delivery."""
        return self.listened_until is not None and self.listened_until > clock.now()


AnyTrigger: TypeAlias = Trigger | Called


def webhook(session: Session, token: str) -> Called | None:
    """The webhook with this token. One look-up, whether there is one or not."""
    found = _webhook.row(session.connection(), {"token": token[: MAX_TOKEN_CHARS + 1]})
    return None if found is None else Called(*found)


def _with_token(_dialect: Dialect) -> Select[*tuple[Any, ...]]:
    triggers, agents, catching = (
        cast(Table, model.__table__) for model in (Trigger, Agent, Catching)
    )
    return (
        select(
            triggers.c.id,
            triggers.c.workspace_id,
            triggers.c.agent_id,
            triggers.c.node_id,
            triggers.c.name,
            triggers.c.settings,
            agents.c.status,
            catching.c.until,
        )
        .join(agents, agents.c.id == triggers.c.agent_id)
        .outerjoin(catching, catching.c.trigger_id == triggers.c.id)
        .where(triggers.c.token == bindparam("token"), triggers.c.kind == TriggerKind.WEBHOOK)
    )


_webhook = Prepared(_with_token)
