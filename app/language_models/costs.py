"""What a workspace spent on models: per day, and by agent, person, chat and model."""

import uuid
from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypeVar

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.language_models.models import UsageDay
from app.language_models.usage import Spent

DAYS = 30
CHOICES_OF_DAYS = (7, 30, 90, 365)
K = TypeVar("K", bound=Hashable)


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrowed:
    """Which of it is asked for; None: all."""

    agent_id: uuid.UUID | None = None
    user_id: uuid.UUID | None = None
    chat_id: uuid.UUID | None = None
    model: str | None = None
    days: int = DAYS

    @property
    def is_narrowed(self) -> bool:
        """Whether something is left out."""
        wanted = (self.agent_id, self.user_id, self.chat_id, self.model)
        return any(one is not None for one in wanted)


EVERYTHING = Narrowed()


@dataclass(frozen=True, slots=True)
class Costs:
    """The last days, oldest first and none left out; the others with the dearest first."""

    total: Spent
    days: Sequence[tuple[date, Spent]]
    agents: Sequence[tuple[uuid.UUID, Spent]]
    people: Sequence[tuple[uuid.UUID, Spent]]
    chats: Sequence[tuple[uuid.UUID, Spent]]
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


def rows_of(
    session: Session, workspace_id: uuid.UUID, *, until: date, only: Narrowed = EVERYTHING
) -> Sequence[UsageDay]:
    """What was used in the days up to `until`, the day that it is in the workspace."""
    since = until - timedelta(days=only.days - 1)
    wanted = select(UsageDay).where(
        UsageDay.workspace_id == workspace_id, UsageDay.day >= since, UsageDay.day <= until
    )
    for column, value in (
        (UsageDay.agent_id, only.agent_id),
        (UsageDay.user_id, only.user_id),
        (UsageDay.chat_id, only.chat_id),
        (UsageDay.model, only.model),
    ):
        if value is not None:
            wanted = wanted.where(column == value)
    return session.scalars(wanted.order_by(UsageDay.day, UsageDay.model)).all()


def of_workspace(
    session: Session, workspace_id: uuid.UUID, *, until: date, only: Narrowed = EVERYTHING
) -> Costs:
    """What was spent in the days up to `until`, the day that it is in the workspace."""
    rows = rows_of(session, workspace_id, until=until, only=only)
    spent = [(one, spent_of(one)) for one in rows]
    by_day = _summed((row.day, one) for row, one in spent)
    since = until - timedelta(days=only.days - 1)
    return Costs(
        total=sum((one for _, one in spent), Spent()),
        days=[
            (day, by_day.get(day, Spent()))
            for day in (since + timedelta(days=number) for number in range(only.days))
        ],
        agents=_dearest(_summed((row.agent_id, one) for row, one in spent)),
        people=_dearest(_summed((row.user_id, one) for row, one in spent)),
        chats=_dearest(_summed((row.chat_id, one) for row, one in spent)),
        models=_dearest(_summed((row.model, one) for row, one in spent)),
    )


def of_chat(session: Session, workspace_id: uuid.UUID, chat_id: uuid.UUID) -> Spent:
    """What a chat came to since it began."""
    found = session.execute(
        select(
            func.sum(UsageDay.answers),
            func.sum(UsageDay.input_tokens),
            func.sum(UsageDay.output_tokens),
            func.sum(UsageDay.cost),
            func.sum(UsageDay.unpriced),
        ).where(UsageDay.workspace_id == workspace_id, UsageDay.chat_id == chat_id)
    ).one()
    return Spent(*(int(one or 0) for one in found))


def spent_of(row: UsageDay) -> Spent:
    """What a row counts."""
    return Spent(row.answers, row.input_tokens, row.output_tokens, row.cost, row.unpriced)


def _summed(spent: Iterable[tuple[K, Spent]]) -> dict[K, Spent]:
    sums: dict[K, Spent] = defaultdict(Spent)
    for key, one in spent:
        sums[key] = sums[key] + one
    return sums


def _dearest(sums: dict[K, Spent]) -> list[tuple[K, Spent]]:
    return sorted(sums.items(), key=lambda one: (-one[1].cost, -one[1].tokens, str(one[0])))
