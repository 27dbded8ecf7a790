"""What models cost: facts with a date, looked up without asking anybody."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from types import MappingProxyType

from app.llm.port import Usage
from app.llm.providers import PRACTICE, PROVIDERS

# The list prices of the services on this day, without discounts for caches, batches or hours.
PRICES_OF = date(2026, 11, 22)
_MILLION = Decimal(1_000_000)
# What follows a model's name when a service pins it to a day, or means the newest.
_PINNED = re.compile(r"(?:-(?:20\d\d-?\d\d-?\d\d|\d{4}|latest|preview))+\Z")


@dataclass(frozen=True, slots=True)
class Price:
    """US dollars for a million tokens read and a million written."""

    input_usd: Decimal
    output_usd: Decimal

    def of(self, usage: Usage) -> Decimal:
        """What this usage costs, exactly."""
        read = self.input_usd * usage.input_tokens
        return (read + self.output_usd * usage.output_tokens) / _MILLION


FREE = Price(Decimal(0), Decimal(0))

_LISTED: Mapping[str, str] = MappingProxyType(
    {
        "openai": """
            gpt-6-astra 10 50, gpt-6-sol 2 10, gpt-6-luna 0.1 0.5, gpt-6.1-sol 2 10,
            gpt-6.1-terra 1 5, gpt-5.6-sol 5 30, gpt-5.6-terra 2.5 15, gpt-5.6-luna 1 6,
            gpt-5.5 5 30, gpt-5.4 2.5 15, gpt-5.4-mini 0.75 4.5, gpt-5.4-nano 0.2 1.25,
            gpt-5.2 1.75 14, gpt-5.1 1.25 10, gpt-5 1.25 10, gpt-5-mini 0.25 2,
            gpt-5-nano 0.05 0.4, gpt-4.1 2 8, gpt-4.1-mini 0.4 1.6, gpt-4.1-nano 0.1 0.4,
            gpt-4o 2.5 10, gpt-4o-mini 0.15 0.6, o4-mini 1.1 4.4, o3-mini 1.1 4.4""",
        "anthropic": """
            claude-fable-5-2 8 40, claude-fable-5-1 10 50, claude-fable-5 10 50,
            claude-opus-5-5 4 20, claude-opus-5 5 25, claude-opus-4-8 5 25,
            claude-opus-4-7 5 25, claude-opus-4-6 5 25, claude-opus-4-5 5 25,
            claude-sonnet-5-5 2 10, claude-sonnet-5 2 10, claude-sonnet-4-6 3 15,
            claude-sonnet-4-5 3 15, claude-haiku-5-5 0.1 0.5, claude-haiku-4-5 1 5""",
        "google": """
            gemini-4-argon 2 10, gemini-3.8-flash 0.75 3.75, gemini-3.7-flash 0.75 3.75,
            gemini-3.6-flash 0.75 3.75, gemini-3.5-flash 1.5 9, gemini-3.5-flash-lite 0.3 2.5,
            gemini-3.1-pro 2 12, gemini-3.1-flash-lite 0.25 1.5, gemini-3-flash 0.5 3,
            gemini-2.5-pro 1.25 10, gemini-2.5-flash 0.3 2.5, gemini-2.5-flash-lite 0.1 0.4""",
        "mistral": """
            mistral-large 0.68 2.09, mistral-medium 1.5 7.5, mistral-small 0.15 0.6,
            ministral-14b 0.2 0.2, ministral-8b 0.15 0.15, ministral-3b 0.1 0.1,
            codestral 0.3 0.9""",
        "groq": """
            openai/gpt-oss-120b 0.15 0.6, openai/gpt-oss-20b 0.075 0.3, qwen/qwen3.8-27b 0.8 4,
            llama-3.3-70b-versatile 0.59 0.79, llama-3.1-8b-instant 0.05 0.08""",
        "openrouter": """
            anthropic/claude-sonnet-5.5 2 10, anthropic/claude-sonnet-5 2 10,
            openai/gpt-6-astra 10 50, openai/gpt-6-sol 2 10, openai/gpt-6-luna 0.1 0.5,
            openai/gpt-6.1-sol 2 10, openai/gpt-6.1-terra 1 5""",
        "deepseek": """
            deepseek-flash 0.3 1.2, deepseek-v4-pro 0.435 0.87, deepseek-v4-flash 0.14 0.28""",
    }
)


def _table(lines: str) -> Mapping[str, Price]:
    rows = (row.split() for row in lines.split(","))
    return MappingProxyType(
        {name: Price(Decimal(read), Decimal(written)) for name, read, written in rows}
    )


_PRICES: Mapping[str, Mapping[str, Price]] = MappingProxyType(
    {provider: _table(lines) for provider, lines in _LISTED.items()}
)


def list_price(provider: str, model: str) -> Price | None:
    """The price of a model; free on this computer and for practice, None where it is not known."""
    known = PROVIDERS.get(provider)
    if provider == PRACTICE or (known is not None and known.is_local):
        return FREE
    prices = _PRICES.get(provider, {})
    name = model.strip().lower().removeprefix("models/")
    return prices.get(name) or prices.get(_PINNED.sub("", name))


def cost_usd(
    provider: str, model: str, usage: Usage, *, own: Price | None = None
) -> Decimal | None:
    """What this usage costs in US dollars; `own` is the workspace's price, which comes first."""
    price = own or list_price(provider, model)
    return None if price is None else price.of(usage)
