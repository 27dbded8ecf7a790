"""What was used of models: counted as it happens, kept by day, agent and model."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Dialect
from sqlalchemy.orm import Session

from app.language_models.models import NO_CHAT, NOBODY, UsageDay
from app.language_models.prices import micros
from app.lib import clock
from app.llm.port import Usage
from app.prepared import Prepared, inserting

_KEY = ("workspace_id", "day", "agent_id", "user_id", "chat_id", "model")
_COUNTED = ("answers", "input_tokens", "output_tokens", "cost", "unpriced")


@dataclass(frozen=True, slots=True)
class Spent:
    """Answers, tokens, and their cost in millionths of a dollar.

    `unpriced` counts those of the tokens whose price nobody knows; they are not in the cost.
    """

    answers: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    cost: int = 0
    unpriced: int = 0

    @classmethod
    def of(cls, usage: Usage, cost_usd: Decimal | None) -> "Spent":
        """One answer."""
        unpriced = usage.tokens if cost_usd is None else 0
        cost = 0 if cost_usd is None else micros(cost_usd)
        return cls(1, usage.input_tokens, usage.output_tokens, cost, unpriced)

    @property
    def tokens(self) -> int:
        """Those read and those written."""
        return self.input_tokens + self.output_tokens

    def __add__(self, other: "Spent") -> "Spent":
        return Spent(*(getattr(self, name) + getattr(other, name) for name in _COUNTED))


def today(timezone: str) -> date:
    """The day it is in a workspace."""
    return clock.now().astimezone(ZoneInfo(timezone)).date()


def add(
    session: Session,
    workspace_id: uuid.UUID,
    agent_id: uuid.UUID,
    day: date,
    spent: Mapping[str, Spent],
    *,
    user_id: uuid.UUID | None = None,
    chat_id: uuid.UUID | None = None,
) -> None:
    """Add what was spent on each model (by its title) to the day, inside `writing()`.

    `user_id` is who started the run (None: nobody did), `chat_id` the chat it answers in.
    """
    rows = [
        {
            "workspace_id": workspace_id,
            "day": day,
            "agent_id": agent_id,
            "user_id": user_id or NOBODY,
            "chat_id": chat_id or NO_CHAT,
            "model": model,
        }
        | {name: getattr(one, name) for name in _COUNTED}
        for model, one in sorted(spent.items())
    ]
    _add.run(session.connection(), *rows)


def _adding(dialect: Dialect) -> Any:
    insert = inserting(UsageDay, dialect)
    more = {name: UsageDay.__table__.c[name] + insert.excluded[name] for name in _COUNTED}
    return insert.on_conflict_do_update(index_elements=list(_KEY), set_=more)


_add = Prepared(_adding, columns=(*_KEY, *_COUNTED))
