"""What all runs of one worker process share."""

import uuid
from concurrent.futures import Executor
from contextlib import AbstractContextManager
from dataclasses import dataclass, field

from sqlalchemy.orm import Session, sessionmaker

from app.budgets.book import Book
from app.budgets.purse import Purse, purse_of
from app.files.store import FileStore
from app.lib.safe_http import Door
from app.lib.sandbox import Sandbox
from app.queue import Bell, LiveKeys
from app.runs.run_answers import RunAnswers
from app.settings import Settings
from app.vault.authoriser import Authoriser
from app.vault.keys import Keyring
from app.vault.renewal import Renewal
from app.vault.run_values import RunValues
from app.workers.model_door import Connect


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """The tools of a worker process. `owner` names it in the rows it claims."""

    owner: str
    settings: Settings
    sessions: sessionmaker[Session]
    bell: Bell
    live_keys: LiveKeys
    answers: RunAnswers
    steps: Executor
    door: Door
    models: Connect
    files: FileStore
    sandbox: Sandbox
    keyring: Keyring
    # SQLite lets threads that wait for its one writer sleep, and wakes them in any order: the
    # threads of one process take turns here instead. Nothing to take turns for on PostgreSQL.
    turn_to_write: AbstractContextManager[object]
    budgets: Book = field(default_factory=Book)

    def values(self, workspace_id: uuid.UUID, run_id: uuid.UUID) -> RunValues:
        """Seals and opens the exact values of one run."""
        return RunValues(self.keyring, workspace_id=workspace_id, run_id=run_id)

    def purse(self, workspace_id: uuid.UUID, run_id: uuid.UUID) -> Purse:
        """What one run may spend on language models."""
        return purse_of(self.sessions, self.turn_to_write, self.budgets, workspace_id, run_id)

    def authoriser(self, workspace_id: uuid.UUID) -> Authoriser:
        """Speaks for the connections of one workspace."""
        renewal = Renewal(
            door=self.door,
            keyring=self.keyring,
            sessions=self.sessions,
            turn_to_write=self.turn_to_write,
            workspace_id=workspace_id,
        )
        return Authoriser(self.keyring, self.sessions, workspace_id=workspace_id, renewal=renewal)
