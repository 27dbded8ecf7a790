"""What the pages show of how an agent does: the last thirty days, and what fails most."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.agents.models import Agent
from app.language_models.usage import today
from app.performance.book import Book
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


def figures_of(session: Session, workspace: Workspace, agent_id: uuid.UUID) -> Figures:
    """How the agent does, up to this moment."""
    book = kept_book(session, agent_id)
    whose = Whose(workspace.id, agent_id, workspace.timezone)
    read_on(session, book, whose, most=MOST_FRESH, settled=False)
    days = book.last_days(today(workspace.timezone), many=DAYS)
    total = summed(tally for _, tally in days)
    return Figures(days, total, book.ever, _failing(session, workspace, book, total))


def rates_of(
    session: Session, workspace: Workspace, agent_ids: Sequence[uuid.UUID]
) -> Mapping[uuid.UUID, Tally]:
    """The last thirty days of several agents, as their books were kept; agents that never ran
    are left out.
    """
    rows = session.execute(
        select(Agent.id, Agent.performance_metrics).where(
            Agent.workspace_id == workspace.id, Agent.id.in_(agent_ids)
        )
    )
    until = today(workspace.timezone)
    books = {row.id: Book.of_json(row.performance_metrics) for row in rows}
    return {
        agent_id: summed(tally for _, tally in book.last_days(until, many=DAYS))
        for agent_id, book in books.items()
        if book.ever.runs
    }


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
