"""The blueprint of this room, and what its routes share."""

import uuid
from typing import Any

from flask import Blueprint, abort, current_app, g

from app.language_models import directory
from app.language_models.models import LanguageModel, ModelProvider
from app.language_models.provider_check import Place
from app.lib.safe_http import Door
from app.settings import Settings
from app.vault.keys import Keyring
from app.vault.secret_values import open_secret
from app.web.transactions import session

bp = Blueprint("language_models", __name__)


@bp.url_defaults
def _here(_endpoint: str, values: dict[str, Any]) -> None:
    if g.get("workspace") is not None:
        values.setdefault("workspace_slug", g.workspace.slug)


def settings() -> Settings:
    """The settings of this installation."""
    known: Settings = current_app.config["LAMPLIGHT"]
    return known


def model_door() -> Door:
    """The door to model providers: it reaches this computer, too, where the installation lets."""
    if "language_models.door" not in current_app.extensions:
        current_app.extensions["language_models.door"] = Door(settings().model_hosts)
    kept: Door = current_app.extensions["language_models.door"]
    return kept


def place_of(provider: ModelProvider, keyring: Keyring) -> Place:
    """Where a provider is, with its key opened. Raises CannotOpen."""
    key = open_secret(keyring, provider.secret) if provider.secret else ""
    return Place.of(provider.kind, name=provider.name, address=provider.address, key=key)


def the_provider(provider_id: uuid.UUID) -> ModelProvider:
    """The provider with this id here; 404 where there is none."""
    found = directory.provider_by_id(session(), g.workspace.id, provider_id=provider_id)
    if found is None:
        abort(404)
    return found


def the_model(model_id: uuid.UUID) -> LanguageModel:
    """The model with this id here; 404 where there is none."""
    found = directory.model_by_id(session(), g.workspace.id, model_id=model_id)
    if found is None:
        abort(404)
    return found


def me() -> uuid.UUID:
    """The person on this request."""
    mine: uuid.UUID = g.member.user_id
    return mine
