"""How a provider stands: since when it refuses, and that it works again."""

import uuid
from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import Select, Update, bindparam, func, select, update
from sqlalchemy.orm import Session

from app.language_models.models import ModelProvider
from app.lib import clock
from app.model import Id

MOST_SHOWN = 50


def refused(
    session: Session, workspace_id: uuid.UUID, *, provider_id: uuid.UUID, error: str
) -> bool:
    """Note that the provider refuses, inside `writing()`; True if it did not before."""
    changed = session.execute(
        _of(workspace_id, provider_id)
        .where(ModelProvider.failing_since.is_(None))
        .values(failing_since=clock.now(), last_error=error[:400])
        .returning(ModelProvider.id)
    )
    return changed.one_or_none() is not None


def accepted(session: Session, workspace_id: uuid.UUID, *, provider_id: uuid.UUID) -> None:
    """Note that the provider answers again, inside `writing()`."""
    session.execute(
        _of(workspace_id, provider_id)
        .where(ModelProvider.failing_since.is_not(None))
        .values(failing_since=None, last_error="")
    )


def failing(session: Session, workspace_id: uuid.UUID) -> Sequence[ModelProvider]:
    """Providers that refused when they were last asked, those refusing longest first."""
    return session.scalars(
        select(ModelProvider)
        .where(ModelProvider.workspace_id == workspace_id, ModelProvider.failing_since.is_not(None))
        .order_by(ModelProvider.failing_since)
        .limit(MOST_SHOWN)
    ).all()


@cache
def count_failing() -> Select[int]:
    """How many providers of the workspace `here` refuse; for asking with other counts."""
    here = ModelProvider.workspace_id == bindparam("here", type_=Id())
    return (
        select(func.count())
        .select_from(ModelProvider)
        .where(here, ModelProvider.failing_since.is_not(None))
    )


def _of(workspace_id: uuid.UUID, provider_id: uuid.UUID) -> Any:
    wanted: Update = update(ModelProvider).where(
        ModelProvider.workspace_id == workspace_id, ModelProvider.id == provider_id
    )
    return wanted.execution_options(synchronize_session=False)
