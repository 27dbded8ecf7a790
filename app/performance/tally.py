"""Runs counted: by day how many ended how, how long they took, what they cost, where they failed.

A tally is small and only grows by days, so it stays when the runs themselves are let go.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, NamedTuple, TypeVar

from app.engine.states import RunStatus

KEPT_DAYS = 90
DETAILED_DAYS = 35  # how long runs took is shown of thirty; most of a tally is that
MAX_STEPS_A_DAY = 50
K = TypeVar("K")
_STEP = math.log(1.15)  # each bucket of durations is 15 % longer than the one before


class Ended(NamedTuple):
    """One run that has ended. `took_ms` is None for one that never began."""

    run_id: str
    day: date
    status: RunStatus
    took_ms: int | None
    cost: int = 0
    tokens: int = 0
    unpriced: int = 0
    failed_at: str | None = None


@dataclass(slots=True)
class Tally:
    """What ended in some stretch of time. `took` counts runs by their bucket of durations."""

    ok: int = 0
    failed: int = 0
    cancelled: int = 0
    cost: int = 0
    tokens: int = 0
    unpriced: int = 0
    took: Counter[int] = field(default_factory=Counter)
    failed_at: Counter[str] = field(default_factory=Counter)

    @classmethod
    def of_json(cls, value: Mapping[str, Any]) -> "Tally":
        """As `to_json` wrote it."""
        counts = {name: int(value.get(name, 0)) for name in _COUNTS}
        return cls(
            **counts,
            took=Counter({int(bucket): many for bucket, many in value.get("took", {}).items()}),
            failed_at=Counter(value.get("failed_at", {})),
        )

    @classmethod
    def counts_of_json(cls, value: Mapping[str, Any]) -> "Tally":
        """How many and how much, without how long and where."""
        return cls.of_json({name: value[name] for name in _COUNTS if name in value})

    def to_json(self) -> dict[str, Any]:
        """Only what is not nothing."""
        told: dict[str, Any] = {
            name: getattr(self, name) for name in _COUNTS if getattr(self, name)
        }
        if self.took:
            told["took"] = {str(bucket): many for bucket, many in sorted(self.took.items())}
        if self.failed_at:
            told["failed_at"] = dict(self.failed_at.most_common(MAX_STEPS_A_DAY))
        return told

    def add(self, one: Ended) -> None:
        """Count a run."""
        if one.status is RunStatus.SUCCESS:
            self.ok += 1
        elif one.status is RunStatus.FAILED:
            self.failed += 1
            if one.failed_at:
                self.failed_at[one.failed_at] += 1
        else:
            self.cancelled += 1
        self.cost += one.cost
        self.tokens += one.tokens
        self.unpriced += one.unpriced
        if one.took_ms is not None and one.status is not RunStatus.CANCELLED:
            self.took[bucket_of(one.took_ms)] += 1

    def __iadd__(self, other: "Tally") -> "Tally":
        self.ok += other.ok
        self.failed += other.failed
        self.cancelled += other.cancelled
        self.cost += other.cost
        self.tokens += other.tokens
        self.unpriced += other.unpriced
        _add(self.took, other.took)
        _add(self.failed_at, other.failed_at)
        return self

    @property
    def runs(self) -> int:
        """All that ended."""
        return self.ok + self.failed + self.cancelled

    @property
    def success_rate(self) -> float | None:
        """Of those that ended by themselves, how many did well, from 0 to 1; None of none."""
        judged = self.ok + self.failed
        return self.ok / judged if judged else None

    def took_s(self, share: float) -> float | None:
        """How long this share of the runs took at most, to about a seventh; None of none."""
        wanted, seen = share * sum(self.took.values()), 0
        for bucket, many in sorted(self.took.items()):
            seen += many
            if seen >= wanted:
                return length_ms(bucket) / 1000
        return None


def _add(into: Counter[K], more: Counter[K]) -> None:
    """As `+=`, which goes through all of both each time."""
    for name, many in more.items():
        into[name] = into.get(name, 0) + many


_COUNTS = ("ok", "failed", "cancelled", "cost", "tokens", "unpriced")


def bucket_of(took_ms: int) -> int:
    """The number of the bucket that a duration falls into."""
    return int(math.log(max(1, took_ms)) / _STEP)


def length_ms(bucket: int) -> float:
    """The middle of a bucket."""
    return math.exp((bucket + 0.5) * _STEP)


def summed(tallies: Iterable[Tally]) -> Tally:
    """All of them together."""
    total = Tally()
    for one in tallies:
        total += one
    return total


def days_up_to(until: date, *, many: int) -> list[date]:
    """So many days, oldest first."""
    return [until - timedelta(days=back) for back in reversed(range(many))]
