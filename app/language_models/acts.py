"""What can be done with models and their providers; each act leaves an audit event."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import delete
from sqlalchemy.orm import Session

from app.audit import trail
from app.language_models import directory
from app.language_models.models import LanguageModel, ModelChoice, ModelProvider, Purpose
from app.language_models.provider_check import Found, host_of
from app.lib import clock, ids
from app.vault.keys import Keyring
from app.vault.models import Secret
from app.vault.secret_values import put_secret

MAX_RESULT_CHARS = 400


class NameTaken(ValueError):
    """Another provider of the workspace has this name, or has this model already."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What a person wants a provider to be. `kind` is one of `kinds.KINDS`."""

    kind: str
    name: str
    address: str
    key: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelWishes:
    """What a person wants of a model. Prices: millionths of a dollar per million tokens."""

    title: str
    price_in: int | None
    price_out: int | None
    enabled: bool


def add_provider(
    session: Session,
    keyring: Keyring,
    *,
    workspace_id: uuid.UUID,
    by: uuid.UUID,
    wishes: Wishes,
    found: Found,
) -> ModelProvider:
    """Keep a provider that was asked just now, and seal its key. Raises NameTaken."""
    if directory.is_name_taken(session, workspace_id, wishes.name):
        raise NameTaken
    provider = ModelProvider(
        id=ids.new_id(),
        workspace_id=workspace_id,
        kind=wishes.kind,
        name=wishes.name,
        address=wishes.address,
        created_by=by,
    )
    if wishes.key:
        secret = Secret(
            id=ids.new_id(),
            workspace_id=workspace_id,
            name=f"model provider {provider.id}",  # connections name theirs as people do
            hosts=[host_of(wishes.address)],
            created_by=by,
        )
        put_secret(session, keyring, secret=secret, value=wishes.key)
        session.add(secret)
        session.flush()  # the provider refers to it
        provider.secret_id = secret.id
    _keep_found(provider, found)
    session.add(provider)
    session.flush()
    _record(session, "model_provider_added", provider, by=by)
    return provider


def replace_key(
    session: Session,
    keyring: Keyring,
    *,
    provider: ModelProvider,
    by: uuid.UUID,
    key: str,
    found: Found,
) -> None:
    """Put a new key, which was tried just now, in the place of the old one."""
    if provider.secret is None:
        raise LookupError("This provider has no key.")
    put_secret(session, keyring, secret=provider.secret, value=key)
    _keep_found(provider, found)
    session.flush()
    _record(session, "model_key_replaced", provider, by=by)


def note_check(session: Session, *, provider: ModelProvider, by: uuid.UUID, found: Found) -> None:
    """Keep what the provider said when it was asked."""
    _keep_found(provider, found)
    _record(session, "model_provider_checked", provider, by=by)


def remove_provider(session: Session, *, provider: ModelProvider, by: uuid.UUID) -> None:
    """Remove a provider with its models, and destroy its key."""
    _record(session, "model_provider_removed", provider, by=by)
    secret = provider.secret
    session.delete(provider)
    session.flush()  # its models go with it; the row refers to its secret, so it goes first
    if secret is not None:
        session.delete(secret)
        session.flush()
    session.expire_all()


def add_model(
    session: Session, *, provider: ModelProvider, by: uuid.UUID, model_name: str, title: str = ""
) -> LanguageModel:
    """Let steps ask this model; the first one is the workspace's default. Raises NameTaken."""
    workspace_id = provider.workspace_id
    known = directory.models(session, workspace_id)
    if any(one.provider_id == provider.id and one.model_name == model_name for one in known):
        raise NameTaken
    model = LanguageModel(
        id=ids.new_id(),
        workspace_id=workspace_id,
        provider_id=provider.id,
        model_name=model_name,
        title=(title or model_name)[:120],
        created_by=by,
    )
    session.add(model)
    session.flush()
    _record_model(session, "model_added", model, by=by)
    if Purpose.DEFAULT not in directory.chosen(session, workspace_id):
        session.add(
            ModelChoice(workspace_id=workspace_id, purpose=Purpose.DEFAULT, model_id=model.id)
        )
        session.flush()
    return model


def change_model(
    session: Session, *, model: LanguageModel, by: uuid.UUID, wishes: ModelWishes
) -> None:
    """Change what a model is called and costs, and whether it may be used.

    One that may not be used is not kept for any purpose.
    """
    model.title = wishes.title
    model.price_in, model.price_out = wishes.price_in, wishes.price_out
    model.enabled = wishes.enabled
    if not wishes.enabled:
        session.execute(
            delete(ModelChoice).where(
                ModelChoice.workspace_id == model.workspace_id, ModelChoice.model_id == model.id
            )
        )
    session.flush()
    _record_model(session, "model_changed", model, by=by)


def remove_model(session: Session, *, model: LanguageModel, by: uuid.UUID) -> None:
    """Remove a model; steps that name it say so from then on."""
    _record_model(session, "model_removed", model, by=by)
    session.delete(model)
    session.flush()


def choose(
    session: Session,
    workspace_id: uuid.UUID,
    *,
    by: uuid.UUID,
    wanted: Mapping[Purpose, LanguageModel | None],
) -> None:
    """Say which model is used for what; None takes the choice back."""
    session.execute(delete(ModelChoice).where(ModelChoice.workspace_id == workspace_id))
    chosen = {purpose: model for purpose, model in wanted.items() if model is not None}
    session.add_all(
        ModelChoice(workspace_id=workspace_id, purpose=purpose, model_id=model.id)
        for purpose, model in chosen.items()
    )
    session.flush()
    trail.record(
        session,
        "models_chosen",
        workspace_id=workspace_id,
        actor_id=by,
        subject="",
        details={purpose.value: model.title for purpose, model in chosen.items()},
    )


def _keep_found(provider: ModelProvider, found: Found) -> None:
    provider.last_checked = clock.now()
    provider.last_result = found.words[:MAX_RESULT_CHARS]
    if found.works:
        provider.offered = list(found.models)
        provider.failing_since, provider.last_error = None, ""
    elif found.works is False:
        provider.failing_since = provider.failing_since or clock.now()
        provider.last_error = found.words[:MAX_RESULT_CHARS]


def _record(session: Session, action: str, provider: ModelProvider, *, by: uuid.UUID) -> None:
    trail.record(
        session,
        action,
        workspace_id=provider.workspace_id,
        actor_id=by,
        subject=f"model provider “{provider.name}”",
        details={
            "provider_id": str(provider.id),
            "kind": provider.kind,
            "address": provider.address,
        },
    )


def _record_model(session: Session, action: str, model: LanguageModel, *, by: uuid.UUID) -> None:
    trail.record(
        session,
        action,
        workspace_id=model.workspace_id,
        actor_id=by,
        subject=f"model “{model.title}”",
        details={"model_id": str(model.id), "model_name": model.model_name},
    )
