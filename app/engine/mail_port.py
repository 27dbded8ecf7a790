"""The door for mail that a step sends."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from app.engine.values import Json


@dataclass(frozen=True, slots=True)
class OutgoingMail:
    """One mail as a step writes it; `files` are file values, sent as attachments."""

    to: Sequence[str]
    subject: str
    text: str
    cc: Sequence[str] = ()
    reply_to: str = ""
    files: Sequence[Json] = field(default=())


class MailPort(Protocol):
    """Puts mail into the workspace's outbox, from where it is sent and tried again."""

    def send(self, mail: OutgoingMail, *, key: str) -> dict[str, Json]:
        """`{"id", "to", "subject"}` of the mail in the outbox; the same key sends once.

        Raises StepFailed for addresses that are none, too many or too large a mail.
        """
