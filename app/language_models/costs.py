"""What a workspace spent on models: per day, per agent and per model."""

import uuid
from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.language_models.models import UsageDay
from app.language_models.usage import Spent

DAYS = 30
K = TypeVar("K", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Costs:
    """The last days, oldest first and none left out; agents and models with the dearest first."""

    total: Spent
    days: Sequence[tuple[date, Spent]]
    agents: Sequence[tuple[uuid.UUID, Spent]]
    models: Sequence[tuple[str, Spent]]

    @property
    def dearest_day(self) -> int:
        """The cost of the day that cost most, in millionths of a dollar."""
        return max(spent.cost for _, spent in self.days)

    @property
    def most_tokens(self) -> int:
        """The tokens of the day that used most."""
        return max(spent.tokens for _, spent in self.days)

    @property
    def is_free(self) -> bool:
        """Whether nothing of it cost money, so that only tokens tell days apart."""
        return self.total.cost == 0

    def share(self, spent: Spent) -> float:
        """How high a day's bar is, from 0 to 1; by tokens where nothing cost money."""
        if self.is_free:
            return spent.tokens / (self.most_tokens or 1)
        return spent.cost / (self.dearest_day or 1)


def of_workspace(session: Session, workspace_id: uuid.UUID, *, until: date) -> Costs:
    """What was spent in the thirty days up to `until`, the day that it is in the workspace."""
    since = until - timedelta(days=DAYS - 1)
    rows = session.scalars(
        select(UsageDay).where(
            UsageDay.workspace_id == workspace_id, UsageDay.day >= since, UsageDay.day <= until
        )
    ).all()
    spent = [(one, _spent(one)) for one in rows]
    by_day = _summed((row.day, one) for row, one in spent)
    return Costs(
        total=sum((one for _, one in spent), Spent()),
        days=[
            (day, by_day.get(day, Spent()))
            for day in (since + timedelta(days=number) for number in range(DAYS))
        ],
        agents=_dearest(_summed((row.agent_id, one) for row, one in spent)),
        models=_dearest(_summed((row.model, one) for row, one in spent)),
    )


def _summed(spent: Iterable[tuple[K, Spent]]) -> dict[K, Spent]:
    sums: dict[K, Spent] = defaultdict(Spent)
    for key, one in spent:
        sums[key] = sums[key] + one
    return sums


def _dearest(sums: dict[K, Spent]) -> list[tuple[K, Spent]]:
    return sorted(sums.items(), key=lambda one: (-one[1].cost, -one[1].tokens, str(one[0])))


def _spent(row: UsageDay) -> Spent:
    return Spent(row.answers, row.input_tokens, row.output_tokens, row.cost, row.unpriced)
