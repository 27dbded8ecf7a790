"""What this room asks of higher rooms; the factory fills it."""

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.language_models.usage import Spent
from app.workspaces.models import Workspace


@dataclass(frozen=True, slots=True)
class Use:
    """An agent that uses a model: its name, and its page."""

    name: str
    href: str


def _nobody(
    _session: Session, _workspace_id: uuid.UUID, _model_ids: Sequence[uuid.UUID]
) -> list[Use]:
    return []


def _nameless(
    _session: Session, _workspace_id: uuid.UUID, _agent_ids: frozenset[uuid.UUID]
) -> dict[uuid.UUID, Use]:
    return {}


def _untitled(
    _session: Session,
    _workspace_id: uuid.UUID,
    _chat_ids: frozenset[uuid.UUID],
    _reader_id: uuid.UUID,
) -> dict[uuid.UUID, Use]:
    return {}


def _may_ask(_session: Session, _workspace: Workspace) -> str:
    return ""


def _uncounted(_session: Session, _workspace: Workspace, _spent: Spent) -> None:
    return None


# Why a question of nobody's agent is not asked now; empty when it may be: (session, workspace).
why_not_ask: Callable[[Session, Workspace], str] = _may_ask

# What such a question used; inside `writing()`: (session, workspace, what was spent).
on_asked: Callable[[Session, Workspace, Spent], None] = _uncounted

# Which drafts and active versions name one of these models: (session, workspace id, model ids).
used_by: Callable[[Session, uuid.UUID, Sequence[uuid.UUID]], Sequence[Use]] = _nobody

# Names and pages of agents, by their ids: (session, workspace id, agent ids).
agents: Callable[[Session, uuid.UUID, frozenset[uuid.UUID]], Mapping[uuid.UUID, Use]] = _nameless

# Titles and pages of chats that a person may open: (session, workspace id, chat ids, person id).
chats: Callable[[Session, uuid.UUID, frozenset[uuid.UUID], uuid.UUID], Mapping[uuid.UUID, Use]] = (
    _untitled
)
