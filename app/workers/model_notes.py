"""Notes what runs use of language models, and when a provider refuses or answers again."""

import logging
import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from app import database
from app.budgets.holding import Hold
from app.budgets.purse import Purse
from app.engine.model_port import Usage
from app.language_models import standing
from app.language_models.reaching import Reached
from app.language_models.usage import Spent
from app.notices.models import NoticeKind
from app.notices.telling import tell
from app.workspaces.models import Workspace

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelNotes:
    """Writes for one run, beside it: what was used was paid for, whoever owns the run by now."""

    sessions: Callable[[], Session]
    workspace_id: uuid.UUID
    run_id: uuid.UUID
    turn_to_write: AbstractContextManager[object]
    purse: Purse

    def used(
        self, reached: Reached, used: Usage, cost_usd: Decimal | None, hold: Hold | None
    ) -> None:
        """A model answered, or failed after work that is to be paid for. Never raises."""
        spent = Spent.of(used, cost_usd) if used.tokens else Spent()
        if used.tokens or hold is not None:
            self._write(lambda session: self.purse.spent(session, hold, reached.title, spent))

    def refused(self, reached: Reached, sentence: str) -> None:
        """The provider does not take the key, or there is nothing left to pay with."""
        if reached.provider_id is not None and not reached.is_failing:
            self._write(lambda session: self._note_refusal(session, reached, sentence))

    def accepted(self, reached: Reached) -> None:
        """The provider answered."""
        provider_id = reached.provider_id
        if provider_id is not None and reached.is_failing:
            self._write(
                lambda session: standing.accepted(
                    session, self.workspace_id, provider_id=provider_id
                )
            )

    def _write(self, act: Callable[[Session], None]) -> None:
        try:
            with self.turn_to_write, self.sessions() as session, database.writing(session):
                act(session)
        except SQLAlchemyError:
            log.exception("what run %s used of a model could not be noted", self.run_id)

    def _note_refusal(self, session: Session, reached: Reached, sentence: str) -> None:
        provider_id = reached.provider_id
        if provider_id is None or not standing.refused(
            session, self.workspace_id, provider_id=provider_id, error=sentence
        ):
            return
        slug = session.scalars(
            select(Workspace.slug).where(Workspace.id == self.workspace_id)
        ).one()
        tell(
            session,
            workspace_id=self.workspace_id,
            kind=NoticeKind.CONNECTION,
            subject=f"{reached.provider_name} does not answer your agents",
            text=sentence,
            path=f"/w/{slug}/settings/models/providers/{provider_id}",
            key=f"model provider: {provider_id}",
        )
