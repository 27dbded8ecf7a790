"""What `agents.performance_metrics` holds: tallies by day, and up to which run they go.

Runs end in another order than they begin in. The book goes through them as they began, and keeps
the ids of those that were still going until they have ended, so that each is counted once.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from app.performance.tally import DETAILED_DAYS, KEPT_DAYS, Ended, Tally, days_up_to, summed

SCHEMA = 1
LATELY = "lately"  # the part of the column that lists read: how many did well and failed, by day
MAX_OPEN = 2_000
FIRST = UUID(int=0)


@dataclass(slots=True)
class Book:
    """`through` is the last run that was looked at, `open` those before it that still went on.

    `last_failed` names the newest run that failed at a step, by the step's id.
    """

    through: UUID = FIRST
    open: list[UUID] = field(default_factory=list)
    days: dict[date, Tally] = field(default_factory=dict)
    ever: Tally = field(default_factory=Tally)
    last_failed: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of_json(cls, value: Mapping[str, Any], *, since: date | None = None) -> "Book":
        """As `to_json` wrote it; an empty one of anything else.

        `since`: only to be looked at, without days before that and without how long runs took
        ever; most of a book is that.
        """
        if value.get("schema") != SCHEMA:
            return cls()
        first = since.isoformat() if since else ""
        return cls(
            through=UUID(value["through"]),
            open=[UUID(one) for one in value["open"]],
            days={
                date.fromisoformat(day): Tally.of_json(tally)
                for day, tally in value["days"].items()
                if day >= first
            },
            ever=Tally.counts_of_json(value["ever"]) if since else Tally.of_json(value["ever"]),
            last_failed=dict(value["last_failed"]),
        )

    def to_json(self) -> dict[str, Any]:
        """For the column."""
        return {
            "schema": SCHEMA,
            "through": str(self.through),
            "open": [str(one) for one in self.open],
            "days": {day.isoformat(): tally.to_json() for day, tally in self.days.items()},
            "ever": self.ever.to_json(),
            LATELY: {day.isoformat(): [tally.ok, tally.failed] for day, tally in self.days.items()},
            "last_failed": self.last_failed,
        }

    def count(self, ended: Iterable[Ended]) -> None:
        """Count runs that have ended, each once."""
        for one in ended:
            self.days.setdefault(one.day, Tally()).add(one)
            self.ever.add(one)
            if one.failed_at:
                before = self.last_failed.get(one.failed_at, "")
                self.last_failed[one.failed_at] = max(before, one.run_id)

    def leave_open(self, runs: Iterable[UUID]) -> None:
        """These still go on: they are asked for again. The oldest of very many are given up."""
        self.open = sorted(runs)[-MAX_OPEN:]

    def forget_old(self, today: date) -> None:
        """Days past KEPT_DAYS, how long runs took before DETAILED_DAYS, and steps that failed on
        none of the others.
        """
        oldest = today - timedelta(days=KEPT_DAYS)
        self.days = {day: tally for day, tally in self.days.items() if day > oldest}
        for day, tally in self.days.items():
            if day <= today - timedelta(days=DETAILED_DAYS):
                tally.took.clear()
        failing = summed(self.days.values()).failed_at
        self.last_failed = {step: run for step, run in self.last_failed.items() if step in failing}

    def last_days(self, until: date, *, many: int) -> list[tuple[date, Tally]]:
        """So many days, oldest first and none left out."""
        return [(day, self.days.get(day, Tally())) for day in days_up_to(until, many=many)]
