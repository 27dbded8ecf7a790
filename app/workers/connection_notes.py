"""Notes when a service begins to refuse a connection, and when it takes it again."""

import logging
import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from app import database
from app.notices.models import NoticeKind
from app.notices.telling import tell
from app.vault import standing
from app.vault.authoriser import Authorised
from app.vault.person_needed import PersonNeeded, RightsNeeded
from app.workspaces.models import Workspace

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ConnectionNotes:
    """Writes only when something changed: a connection that stays as it is costs nothing."""

    sessions: Callable[[], Session]
    workspace_id: uuid.UUID
    turn_to_write: AbstractContextManager[object]

    def heard(self, granted: Authorised, *, host: str, status: int) -> None:
        """The service itself answered with this status. Never raises."""
        is_refused = status in standing.REFUSED
        is_accepted = status < 400
        if is_refused is not granted.is_failing and (is_refused or is_accepted):
            try:
                self._write(granted, host, status, is_refused=is_refused)
            except SQLAlchemyError:
                log.exception("the standing of %s could not be noted", granted.connection_id)

    def needs_person(self, needed: PersonNeeded) -> None:
        """It cannot be used until a person has signed in (again). Never raises."""
        is_known = needed.is_failing
        if isinstance(needed, RightsNeeded) and needed.signs_in:
            is_known = not needed.is_new
        if is_known:
            return
        try:
            with self.turn_to_write, self.sessions() as session, database.writing(session):
                self._needs(session, needed)
        except SQLAlchemyError:
            log.exception("the standing of %s could not be noted", needed.connection_id)

    def _needs(self, session: Session, needed: PersonNeeded) -> None:
        if not (isinstance(needed, RightsNeeded) and needed.signs_in):
            self._refused(session, needed, needed.sentence)
            return
        known = {"connection_id": needed.connection_id}
        if standing.wants(session, self.workspace_id, **known, rights=needed.rights):
            self._tell(session, needed, "needs more rights", needed.sentence)

    def _write(self, granted: Authorised, host: str, status: int, *, is_refused: bool) -> None:
        with self.turn_to_write, self.sessions() as session, database.writing(session):
            if not is_refused:
                known = {"connection_id": granted.connection_id}
                standing.accepted(session, self.workspace_id, **known)
                return
            error = standing.refusal(host, status, is_typed=not granted.token)
            self._refused(session, granted, error)

    def _refused(self, session: Session, which: Authorised | PersonNeeded, error: str) -> None:
        known = {"connection_id": which.connection_id}
        if standing.refused(session, self.workspace_id, **known, error=error):
            self._tell(session, which, "is refused", error)

    def _tell(
        self, session: Session, which: Authorised | PersonNeeded, what: str, why: str
    ) -> None:
        slug = session.scalars(
            select(Workspace.slug).where(Workspace.id == self.workspace_id)
        ).one()
        tell(
            session,
            workspace_id=self.workspace_id,
            kind=NoticeKind.CONNECTION,
            subject=f"The connection “{which.name}” {what}",
            text=why,
            path=f"/w/{slug}/connections/{which.connection_id}",
            key=f"connection: {which.connection_id}",
        )
