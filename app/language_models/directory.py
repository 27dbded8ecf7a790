"""Reading what models a workspace has."""

import uuid
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Dialect, Select, bindparam, exists, select
from sqlalchemy.orm import Session

from app.engine.model_port import PURPOSES
from app.language_models.models import LanguageModel, ModelChoice, ModelProvider, Purpose
from app.prepared import Prepared


def providers(session: Session, workspace_id: uuid.UUID) -> Sequence[ModelProvider]:
    """The providers of this workspace, by name."""
    return session.scalars(
        select(ModelProvider)
        .where(ModelProvider.workspace_id == workspace_id)
        .order_by(ModelProvider.name)
    ).all()


def provider_by_id(
    session: Session, workspace_id: uuid.UUID, *, provider_id: uuid.UUID
) -> ModelProvider | None:
    """The provider with this id in this workspace."""
    return session.scalars(
        select(ModelProvider).where(
            ModelProvider.workspace_id == workspace_id, ModelProvider.id == provider_id
        )
    ).one_or_none()


def is_name_taken(session: Session, workspace_id: uuid.UUID, name: str) -> bool:
    """Whether a provider of this workspace has this name."""
    return bool(
        session.scalar(
            select(
                exists().where(
                    ModelProvider.workspace_id == workspace_id, ModelProvider.name == name
                )
            )
        )
    )


def models(session: Session, workspace_id: uuid.UUID) -> Sequence[LanguageModel]:
    """The models of this workspace, by title."""
    return session.scalars(
        select(LanguageModel)
        .where(LanguageModel.workspace_id == workspace_id)
        .order_by(LanguageModel.title, LanguageModel.id)
    ).all()


def model_by_id(
    session: Session, workspace_id: uuid.UUID, *, model_id: uuid.UUID
) -> LanguageModel | None:
    """The model with this id in this workspace."""
    return session.scalars(_model(), {"here": workspace_id, "model": model_id}).one_or_none()


def chosen(session: Session, workspace_id: uuid.UUID) -> dict[Purpose, uuid.UUID]:
    """Which model is used for what, where one was chosen."""
    session.flush()  # a choice may have been made in this transaction
    rows = _choices.rows(session.connection(), {"here": workspace_id})
    return {row.purpose: row.model_id for row in rows}


def has_any(session: Session, workspace_id: uuid.UUID) -> bool:
    """Whether the workspace has any model but the practice model."""
    return bool(session.scalar(select(exists().where(LanguageModel.workspace_id == workspace_id))))


def names_to_choose(session: Session, workspace_id: uuid.UUID) -> Mapping[str, str]:
    """What a step can name instead of the workspace's default: purposes, then models by id."""
    return {
        **PURPOSES,
        **{str(one.id): one.title for one in models(session, workspace_id) if one.enabled},
    }


@cache  # building it costs more than running it
def _model() -> Select[LanguageModel]:
    return select(LanguageModel).where(
        LanguageModel.workspace_id == bindparam("here"), LanguageModel.id == bindparam("model")
    )


def _chosen_here(_dialect: Dialect) -> Select[*tuple[Any, ...]]:
    here = ModelChoice.workspace_id == bindparam("here")
    return select(ModelChoice.purpose, ModelChoice.model_id).where(here)


_choices = Prepared(_chosen_here)  # every step that thinks asks for it
