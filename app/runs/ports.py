"""What the runs room asks of higher rooms; `app/ports.py` fills it."""

import uuid
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol

from sqlalchemy.orm import Session

from app.runs.models import Run


class OpenQuestion(Protocol):
    """A question of a run that waits for a person."""

    @property
    def id(self) -> uuid.UUID:
        """Names its page."""

    @property
    def node_id(self) -> str:
        """The step that asks."""

    @property
    def iteration(self) -> str:
        """Where in loops that step is."""

    @property
    def title(self) -> str:
        """What is asked."""

    @property
    def due(self) -> datetime | None:
        """When the run goes on without an answer."""

    @property
    def people(self) -> Sequence[str]:
        """The names of those who alone may answer; nobody where all who may can."""


class Told(Protocol):
    """Hears of one run, inside the transaction that changes it."""

    def __call__(self, session: Session, /, *, run: Run) -> None:
        """Hear of it."""


def _none(_session: Session, _run: Run) -> Sequence[OpenQuestion]:
    return ()


def _nowhere(_session: Session, _run: Run) -> str:
    return ""


def _nothing(_session: Session, _run_id: uuid.UUID) -> None:
    return None


def _unheard(_session: Session, *, run: Run) -> None:
    return None


open_questions: Callable[[Session, Run], Sequence[OpenQuestion]] = _none
# The address of the proposal that a run rehearses; empty where there is no way to it.
way_back: Callable[[Session, Run], str] = _nowhere
# Called inside the transaction that ends a run which nobody works on.
on_cancelled: Callable[[Session, uuid.UUID], None] = _nothing
# Called when a person has settled what becomes of a run that needed somebody.
on_settled: Told = _unheard
