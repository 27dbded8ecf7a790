"""What the pages show of how an agent does: the last thirty days, and what fails most."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.agents.models import Agent
from app.language_models.usage import today
from app.performance.book import LATELY, Book
from app.performance.keeping import kept_book
from app.performance.reading import Whose, read_on
from app.performance.tally import Tally, summed
from app.runs.models import Run
from app.workspaces.models import Workspace

DAYS = 30
MOST_FRESH = 200  # what ended since the book was kept, counted while the page is made
MOST_STEPS = 5


@dataclass(frozen=True, slots=True)
class Failing:
    """A step at which runs failed: how often, and the newest of them while it is kept."""

    step_id: str
    times: int
    run_id: uuid.UUID | None
    sentence: str


@dataclass(frozen=True, slots=True)
class Figures:
    """The last thirty days, oldest first and none left out; `ever` goes back to the first run."""

    days: Sequence[tuple[date, Tally]]
    total: Tally
    ever: Tally
    failing: Sequence[Failing]

    @property
    def busiest_day(self) -> int:
        """The runs of the day that had most."""
        return max(tally.runs for _, tally in self.days)


def figures_of(
    session: Session, workspace: Workspace, agent_id: uuid.UUID, *, in_small: bool = False
) -> Figures:
    """How the agent does, up to this moment; `in_small` leaves out what fails most."""
    now = today(workspace.timezone)
    book = kept_book(session, agent_id, since=now - timedelta(days=DAYS - 1))
    whose = Whose(workspace.id, agent_id, workspace.timezone)
    read_on(session, book, whose, most=MOST_FRESH, settled=False)
    days = book.last_days(now, many=DAYS)
    total = summed(tally for _, tally in days)
    failing = () if in_small else _failing(session, workspace, book, total)
    return Figures(days, total, book.ever, failing)


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


def _failing(session: Session, workspace: Workspace, book: Book, total: Tally) -> Sequence[Failing]:
    most = total.failed_at.most_common(MOST_STEPS)
    wanted = [uuid.UUID(book.last_failed[step]) for step, _ in most if step in book.last_failed]
    kept = (
        session.execute(
            select(Run.id, Run.error_message).where(
                Run.workspace_id == workspace.id, Run.id.in_(wanted)
            )
        ).all()
        if wanted
        else []
    )
    sentences = {row.id: row.error_message or "" for row in kept}

    def told(step: str, times: int) -> Failing:
        last = book.last_failed.get(step)
        run_id = uuid.UUID(last) if last else None
        is_kept = run_id in sentences
        return Failing(step, times, run_id if is_kept else None, sentences.get(run_id, ""))

    return [told(step, times) for step, times in most]
