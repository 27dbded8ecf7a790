"""How much a question can cost at most, before it is asked."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from app.engine.model_port import Ask, Message
from app.language_models.usage import Spent
from app.llm.prices import Price

UNKNOWN_PRICE = 10
"""Millionths of a dollar for a token whose price nobody knows: ten dollars a million."""
OUTPUT_TOKENS = 8_192  # for an answer without a limit of its own
LEAST_OUTPUT_TOKENS = 1_024  # an answer is allowed less than this only if its step says so
_BYTES_A_TOKEN = 2  # words have four or more, code and other scripts fewer
_TOKENS_A_MESSAGE = 16
_TOKENS_A_PICTURE = 3_000


@dataclass(frozen=True, slots=True)
class Amount:
    """Money in millionths of a dollar, and tokens."""

    cost: int = 0
    tokens: int = 0


@dataclass(frozen=True, slots=True)
class Most:
    """What a question comes to at most, by how many tokens its answer may have.

    `rounds`: answers that must fit a schema may be asked for twice. Prices are millionths of a
    dollar a token.
    """

    prompt: int
    wanted: int
    least: int
    rounds: int
    price_in: Decimal
    price_out: Decimal

    @property
    def is_free(self) -> bool:
        """Whether it costs no money, however long the answer is."""
        return not (self.price_in or self.price_out)

    def amount(self, output: int) -> Amount:
        """What it comes to at most with an answer of so many tokens."""
        again = self.rounds - 1
        read = self.prompt * self.rounds + output * again
        written = output * self.rounds
        cost = self.price_in * read + self.price_out * written
        return Amount(int(cost.to_integral_value(ROUND_CEILING)), read + written)

    def longest(self, cost: int | None, tokens: int | None) -> int | None:
        """How long the answer may be within so much; None where even a short one is too much."""
        found = self.wanted
        bare = self.amount(0)
        again = self.rounds - 1
        if tokens is not None:
            found = min(found, (tokens - bare.tokens) // (self.rounds + again))
        slope = self.price_in * again + self.price_out * self.rounds
        if cost is not None and not self.is_free:
            left = Decimal(cost - bare.cost)
            room = self.wanted if not slope else int((left / slope).to_integral_value(ROUND_FLOOR))
            found = min(found, room if left >= 0 else -1)
        return found if found >= self.least else None


def most_of(ask: Ask, price: Price | None) -> Most:
    """What this question comes to at most; `price` is None where nobody knows it."""
    wanted = ask.max_output_tokens or OUTPUT_TOKENS
    unknown = Decimal(UNKNOWN_PRICE)
    return Most(
        prompt=prompt_tokens(ask),
        wanted=wanted,
        least=min(wanted, LEAST_OUTPUT_TOKENS),
        rounds=1 if ask.schema is None else 2,
        price_in=unknown if price is None else price.input_usd,
        price_out=unknown if price is None else price.output_usd,
    )


def capped(ask: Ask, output: int | None) -> Ask:
    """The same question, whose answer is no longer than this."""
    return ask if output is None else replace(ask, max_output_tokens=output)


def prompt_tokens(ask: Ask) -> int:
    """How many tokens the model reads, rather too many than too few."""
    said = sum(map(_tokens_of, ask.messages))
    schema = 0 if ask.schema is None else text_tokens(_json(ask.schema))
    tools = (one.name + one.description + _json(one.schema) for one in ask.tools)
    return said + schema + sum(map(text_tokens, tools))


def text_tokens(text: str) -> int:
    """How many tokens a text has, rather too many than too few."""
    return len(text.encode("utf-8", "replace")) // _BYTES_A_TOKEN + 1


def counted(spent: Spent) -> Amount:
    """What budgets count of what was used: tokens of unknown price have one, too."""
    return Amount(spent.cost + spent.unpriced * UNKNOWN_PRICE, spent.tokens)


def _tokens_of(message: Message) -> int:
    calls = sum(text_tokens(one.name + _json(one.arguments)) for one in message.tool_calls)
    pictures = len(message.files) * _TOKENS_A_PICTURE
    return _TOKENS_A_MESSAGE + text_tokens(message.text) + calls + pictures


def _json(value: Mapping[str, object]) -> str:
    return json.dumps(value, default=str)
