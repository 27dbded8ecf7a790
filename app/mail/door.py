"""The door through which the steps of one run send mail: into the outbox, once per key."""

import uuid
from contextlib import AbstractContextManager, nullcontext

from sqlalchemy.orm import Session, sessionmaker

from app import database
from app.engine.errors import StepFailed
from app.engine.file_port import FilePort, is_file
from app.engine.mail_port import OutgoingMail
from app.engine.states import RunMode
from app.engine.values import Json
from app.files.names import clean_name, name_with_ending
from app.mail import outbox
from app.mail.models import Purpose
from app.mail.outbox import MailRefused
from app.vault.keys import Keyring

REHEARSED = "This is a rehearsal: no mail is sent."
NO_FILES = "Files cannot be sent from here."


class MailDoor:
    """The engine's mail port for one run. Steps on several threads may use it at once.

    mode: no mail leaves a rehearsal, also when a step forgets to ask.
    files: the run's own door to files, which says what may be attached.
    turn: held while a row is written, where the threads of a process take turns.
    """

    def __init__(
        self,
        sessions: sessionmaker[Session],
        keyring: Keyring,
        *,
        workspace_id: uuid.UUID,
        run_id: uuid.UUID,
        mode: RunMode,
        files: FilePort | None = None,
        turn: AbstractContextManager[object] | None = None,
    ) -> None:
        self._sessions = sessions
        self._keyring = keyring
        self._workspace_id = workspace_id
        self._run_id = run_id
        self._mode = mode
        self._files = files
        self._turn = turn or nullcontext()

    def send(self, mail: OutgoingMail, *, key: str) -> dict[str, Json]:
        """`{"id", "to", "subject"}` of the mail in the outbox; the same key sends once.

        Raises StepFailed in a rehearsal, for addresses that are none, files that are not this
        run's, too many receivers or too large a mail.
        """
        if self._mode is RunMode.REHEARSAL:
            raise StepFailed(REHEARSED, can_retry=False)
        files = [self._checked(value) for value in mail.files]
        try:
            with self._turn, self._sessions() as session, database.writing(session):
                put = outbox.put(
                    session,
                    self._keyring,
                    workspace_id=self._workspace_id,
                    to=mail.to,
                    cc=mail.cc,
                    subject=mail.subject,
                    text=mail.text,
                    reply_to=mail.reply_to,
                    files=files,
                    purpose=Purpose.STEP,
                    key=f"step:{key}",
                    run_id=self._run_id,
                )
                return {"id": str(put.id), "to": list(put.everybody), "subject": put.subject}
        except MailRefused as refused:
            raise StepFailed(refused.sentence, can_retry=False) from refused

    def _checked(self, value: Json) -> dict[str, Json]:
        """The file value as it was stored, but for the name, which a flow may choose."""
        if self._files is None:
            raise StepFailed(NO_FILES, can_retry=False)
        content = self._files.open(value)  # raises StepFailed for a file that is not this run's
        if not is_file(value) or not isinstance(value, dict):
            raise StepFailed(NO_FILES, can_retry=False)
        return {
            "file": value["file"],
            "name": name_with_ending(clean_name(str(value["name"])), content.media_type),
            "media_type": content.media_type,
            "size": content.size,
        }
