"""Keeps the books of agents up to date, once a minute, away from the runs themselves."""

import json
import uuid
from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import datetime, timedelta

from sqlalchemy import Text, bindparam, cast, select, update
from sqlalchemy.orm import Session, sessionmaker

from app import database
from app.agents.models import Agent
from app.language_models.usage import today
from app.lib import clock
from app.performance.book import MAX_OPEN, Book
from app.performance.reading import Whose, read_on
from app.prepared import Prepared
from app.workspaces.models import Workspace

EVERY_S = 60.0
BATCH = MAX_OPEN  # so that all that were open are asked for each time
# An agent notes to the minute that it was active.
LOOK_BACK = timedelta(minutes=3)


class Books:
    """The rounds of one process; what it does not remember after a start it looks up once."""

    def __init__(
        self, sessions: sessionmaker[Session], turn_to_write: AbstractContextManager[object]
    ) -> None:
        self._sessions = sessions
        self._turn = turn_to_write
        self._since: datetime | None = None
        self._open: set[uuid.UUID] = set()

    def round(self) -> int:
        """Bring every book up to date that may be behind; returns how many those were."""
        began = clock.now()
        with self._sessions() as session:
            behind = self._behind(session)
        for whose in behind:
            self._catch_up(whose)
        self._since = began - LOOK_BACK
        return len(behind)

    def _behind(self, session: Session) -> Sequence[Whose]:
        """Agents that were active lately, and those whose runs were still going."""
        query = select(Agent.workspace_id, Agent.id, Workspace.timezone).join(
            Workspace, Workspace.id == Agent.workspace_id
        )
        query = query.where(Agent.last_active.is_not(None))
        if self._since is not None:
            is_open = Agent.id.in_(self._open)
            query = query.where((Agent.last_active >= self._since) | is_open)
        return [Whose(*row) for row in session.execute(query)]

    def _catch_up(self, whose: Whose) -> None:
        is_behind = True
        while is_behind:
            with self._sessions() as session:
                book = kept_book(session, whose.agent_id)
                before = book.to_json()
                is_behind = read_on(session, book, whose, most=BATCH, settled=True)
            book.forget_old(today(whose.timezone))
            after = book.to_json()
            if after != before:
                self._keep(whose.agent_id, after)
        (self._open.add if book.open else self._open.discard)(whose.agent_id)

    def _keep(self, agent_id: uuid.UUID, book: dict[str, object]) -> None:
        with self._turn, self._sessions() as session, database.writing(session):
            session.execute(
                update(Agent)
                .where(Agent.id == agent_id)
                .values(performance_metrics=book)
                .execution_options(synchronize_session=False)
            )


def kept_book(session: Session, agent_id: uuid.UUID) -> Book:
    """The book as it was kept last."""
    return Book.of_json(json.loads(kept_text(session, agent_id) or "{}"))


def kept_text(session: Session, agent_id: uuid.UUID) -> str | None:
    """The same as it stands in the database."""
    row = _text_of.row(session.connection(), {"agent": agent_id})
    return row.book if row else None


_text_of = Prepared(
    lambda _dialect: select(cast(Agent.performance_metrics, Text).label("book")).where(
        Agent.id == bindparam("agent")
    )
)
