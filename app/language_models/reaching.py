"""From what a step names to the model that answers, with its key opened at the last moment."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from sqlalchemy.orm import Session

from app.engine.model_port import DEFAULT_MODEL, PURPOSES, ModelFailed
from app.language_models import directory
from app.language_models.models import LanguageModel, Purpose
from app.language_models.prices import own_price
from app.lib.cipher import CannotOpen
from app.llm.port import ModelAccess, Usage
from app.llm.prices import Price, cost_usd, list_price
from app.llm.providers import PRACTICE, PRACTICE_TITLE
from app.vault.keys import Keyring
from app.vault.secret_values import open_secret

_PURPOSES: Mapping[str, Purpose] = {
    DEFAULT_MODEL: Purpose.DEFAULT,
    **{name: Purpose(name) for name in PURPOSES},
}
_NO_DEFAULT = (
    "This workspace has no default model. An admin can choose one under Settings, Models; "
    "or choose a model in the step."
)
_GONE = "The model that this step uses was removed. Open the step and choose another one."


@dataclass(frozen=True, slots=True)
class Reached:
    """One model, as a run asks it. Without a provider it is the practice model."""

    access: ModelAccess = field(repr=False)
    title: str
    own: Price | None = None
    provider_id: uuid.UUID | None = None
    provider_name: str = ""
    is_failing: bool = False

    @property
    def price(self) -> Price | None:
        """What a million tokens cost; None where nobody knows."""
        return self.own or list_price(self.access.provider, self.access.model)

    def cost(self, usage: Usage) -> Decimal | None:
        """What this usage costs in dollars; None where nobody knows the price."""
        return cost_usd(self.access.provider, self.access.model, usage, own=self.own)


@dataclass(frozen=True, slots=True)
class Way:
    """The model that is asked, and the one that is asked when it cannot answer."""

    first: Reached
    other: Reached | None = None


PRACTISING = Way(Reached(ModelAccess(provider=PRACTICE), PRACTICE_TITLE))


def way_to(session: Session, keyring: Keyring, workspace_id: uuid.UUID, named: str) -> Way:
    """Which model a step asks that names `named`: a purpose, nothing, or a model's id.

    The practice model answers while the workspace has no other. Raises ModelFailed of the kind
    "set_up" for a model that is gone or switched off, and where no default is chosen.
    """
    purpose = _PURPOSES.get(named)
    if purpose is None:
        return Way(_reached(keyring, _by_id(session, workspace_id, named)))
    chosen = directory.chosen(session, workspace_id)
    wanted = chosen.get(purpose) or chosen.get(Purpose.DEFAULT)
    if wanted is None:
        if directory.has_any(session, workspace_id):
            raise ModelFailed(_NO_DEFAULT, "set_up")
        return PRACTISING
    first = _reached(keyring, _by_id(session, workspace_id, str(wanted)))
    other = chosen.get(Purpose.FALLBACK)
    if other is None or other == wanted:
        return Way(first)
    return Way(first, _reached(keyring, _by_id(session, workspace_id, str(other))))


def _by_id(session: Session, workspace_id: uuid.UUID, named: str) -> LanguageModel:
    try:
        model_id = uuid.UUID(named)
    except ValueError:
        raise ModelFailed(_GONE, "set_up") from None
    model = directory.model_by_id(session, workspace_id, model_id=model_id)
    if model is None:
        raise ModelFailed(_GONE, "set_up")
    if not model.enabled:
        raise ModelFailed(
            f"The model “{model.title}” is switched off. Choose another one in the step, or ask "
            "an admin of the workspace.",
            "set_up",
        )
    return model


def _reached(keyring: Keyring, model: LanguageModel) -> Reached:
    provider = model.provider
    try:
        key = open_secret(keyring, provider.secret) if provider.secret else ""
    except CannotOpen:
        raise ModelFailed(
            f"The key of {provider.name} cannot be opened: the master key of this installation is "
            "another one now. An admin can paste the key again under Settings, Models.",
            "key",
        ) from None
    return Reached(
        ModelAccess(
            provider=provider.kind, address=provider.address, key=key, model=model.model_name
        ),
        model.title,
        own_price(model),
        provider.id,
        provider.name,
        provider.failing_since is not None,
    )
