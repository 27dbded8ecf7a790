"""What the pages show of how an agent does: the last thirty days, and what fails most."""

import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache, lru_cache
from typing import Any, NamedTuple

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from app.agents.models import Agent
from app.language_models.usage import today
from app.performance.book import LATELY, Book
from app.performance.keeping import kept_text
from app.performance.reading import Whose, read_on
from app.performance.tally import Tally, summed
from app.prepared import Prepared, among, among_values, places_for
from app.runs.models import Run
from app.workspaces.models import Workspace

DAYS = 30
MOST_FRESH = 200  # what ended since the book was kept, counted while the page is made
MOST_STEPS = 5
BOOKS_REMEMBERED = 64  # of 40 kB each, and as much again for what was read


@dataclass(frozen=True, slots=True)
class Failing:
    """A step at which runs failed: how often, and the newest of them while it is kept."""

    step_id: str
    times: int
    run_id: uuid.UUID | None
    sentence: str


class Day(NamedTuple):
    """What ended on one day; `half_s`: half of it took no longer."""

    at: date
    runs: int
    failed: int
    half_s: float | None
    cost: int
    unpriced: int


@dataclass(frozen=True, slots=True)
class Figures:
    """The last thirty days, oldest first and none left out; `ever` goes back to the first run."""

    days: tuple[Day, ...]
    total: Tally
    ever: Tally
    failing: Sequence[Failing]


def figures_of(
    session: Session, workspace: Workspace, agent_id: uuid.UUID, *, in_small: bool = False
) -> Figures:
    """How the agent does, up to this moment; `in_small` leaves out what fails most."""
    kept = _kept(kept_text(session, agent_id), today(workspace.timezone))
    fresh = Book(through=kept.book.through, open=list(kept.book.open))
    whose = Whose(workspace.id, agent_id, workspace.timezone)
    read_on(session, fresh, whose, most=MOST_FRESH, settled=False)
    news = {at: tally for at, tally in fresh.days.items() if at >= kept.days[0].at}
    days = tuple(kept.day(one.at, news[one.at]) if one.at in news else one for one in kept.days)
    total = summed([kept.total, *news.values()])
    failing = () if in_small else _failing(session, workspace, kept.last_failed(fresh), total)
    return Figures(days, total, summed([kept.book.ever, fresh.ever]), failing)


@dataclass(frozen=True, slots=True)
class _Kept:
    """A book as it was kept, to be looked at only, with the sums of it."""

    book: Book
    days: tuple[Day, ...]
    total: Tally

    def day(self, at: date, fresh: Tally) -> Day:
        """One of the days, with what has ended since."""
        return _day(at, summed([self.book.days.get(at, Tally()), fresh]))

    def last_failed(self, fresh: Book) -> Mapping[str, str]:
        """The newest run that failed at each step."""
        known = self.book.last_failed
        newer = {step: max(run, known.get(step, "")) for step, run in fresh.last_failed.items()}
        return known | newer


@lru_cache(maxsize=BOOKS_REMEMBERED)  # reading one takes longer than all else on its page
def _kept(text: str | None, now: date) -> _Kept:
    book = Book.of_json(json.loads(text) if text else {}, since=now - timedelta(days=DAYS - 1))
    days = book.last_days(now, many=DAYS)
    return _Kept(book, tuple(_day(*one) for one in days), summed(tally for _, tally in days))


def _day(at: date, tally: Tally) -> Day:
    return Day(at, tally.runs, tally.failed, tally.took_s(0.5), tally.cost, tally.unpriced)


def rates_of(
    session: Session, workspace: Workspace, agent_ids: Sequence[uuid.UUID]
) -> Mapping[uuid.UUID, Tally]:
    """How many runs of these agents did well and failed lately, as their books were kept; agents
    of which nothing was kept are left out.
    """
    rows = session.execute(
        select(Agent.id, Agent.performance_metrics[LATELY]).where(
            Agent.workspace_id == workspace.id, Agent.id.in_(agent_ids)
        )
    )
    since = (today(workspace.timezone) - timedelta(days=DAYS - 1)).isoformat()
    return {agent_id: _lately(days, since) for agent_id, days in rows if days}


def _lately(days: Mapping[str, Sequence[int]], since: str) -> Tally:
    counted = [many for day, many in days.items() if day >= since]
    return Tally(ok=sum(ok for ok, _ in counted), failed=sum(failed for _, failed in counted))


def _failing(
    session: Session, workspace: Workspace, last_failed: Mapping[str, str], total: Tally
) -> Sequence[Failing]:
    most = total.failed_at.most_common(MOST_STEPS)
    wanted = [uuid.UUID(last_failed[step]) for step, _ in most if step in last_failed]
    sentences = _sentences_of(session, workspace, wanted)

    def told(step: str, times: int) -> Failing:
        last = last_failed.get(step)
        run_id = uuid.UUID(last) if last else None
        is_kept = run_id in sentences
        return Failing(step, times, run_id if is_kept else None, sentences.get(run_id, ""))

    return [told(step, times) for step, times in most]


def _sentences_of(
    session: Session, workspace: Workspace, run_ids: Sequence[uuid.UUID]
) -> Mapping[uuid.UUID | None, str]:
    """Why these runs failed; those that were let go are left out."""
    if not run_ids:
        return {}
    given = {"here": workspace.id, **among_values(run_ids)}
    rows = _sentences(places_for(len(run_ids))).rows(session.connection(), given)
    return {row.id: row.error_message or "" for row in rows}


@cache
def _sentences(places: int) -> Prepared:
    wanted: Any = select(Run.id, Run.error_message).where(
        Run.workspace_id == bindparam("here"), among(Run.id.expression, places)
    )
    return Prepared(lambda _dialect: wanted)
