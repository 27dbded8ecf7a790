"""What a workspace's models cost: its own price where it set one, else the list's."""

from dataclasses import dataclass
from decimal import Decimal

from app.language_models.models import LanguageModel
from app.llm.port import Usage
from app.llm.prices import Price, cost_usd, list_price

MILLION = 1_000_000
"""Prices and costs are kept in millionths of a dollar, so that they are whole numbers."""


@dataclass(frozen=True, slots=True)
class Priced:
    """The price of a model, and whether the workspace set it itself."""

    price: Price | None
    is_own: bool


def price_of(model: LanguageModel) -> Priced:
    """What a million tokens of this model cost; None where nobody knows."""
    own = own_price(model)
    if own is not None:
        return Priced(own, is_own=True)
    return Priced(list_price(model.provider.kind, model.model_name), is_own=False)


def own_price(model: LanguageModel) -> Price | None:
    """The price that the workspace set."""
    if model.price_in is None or model.price_out is None:
        return None
    return Price(Decimal(model.price_in) / MILLION, Decimal(model.price_out) / MILLION)


def cost_of(model: LanguageModel, usage: Usage) -> Decimal | None:
    """What this usage costs in dollars; None where nobody knows the price."""
    return cost_usd(model.provider.kind, model.model_name, usage, own=own_price(model))


def micros(usd: Decimal) -> int:
    """Dollars as whole millionths."""
    return int((usd * MILLION).to_integral_value())
