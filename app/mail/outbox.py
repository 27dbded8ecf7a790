"""Putting mail into the outbox: checked, capped, sealed, and once per key."""

import re
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.lib import clock, ids
from app.mail import addresses
from app.mail.addresses import AddressRefused
from app.mail.models import Mail, Purpose
from app.model import storable_text
from app.vault.keys import Keyring

MAX_RECIPIENTS = 50
MAX_SUBJECT_CHARS = 250
MAX_TEXT_CHARS = 500_000
MAX_FILES = 20
MAX_FILES_BYTES = 20_000_000
_CONTROL = re.compile(r"[\x00-\x1f\x7f\u0085\u2028\u2029]+")
_NOT_TEXT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


class MailRefused(ValueError):
    """This cannot be a mail; `sentence` says why."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@dataclass(frozen=True, slots=True)
class _Checked:
    """A mail's words in the shape that is kept."""

    to: list[str]
    cc: list[str]
    reply_to: str
    subject: str
    text: str


def put(
    session: Session,
    keyring: Keyring,
    *,
    workspace_id: uuid.UUID,
    to: Sequence[str],
    subject: str,
    text: str,
    purpose: Purpose | str,
    cc: Sequence[str] = (),
    reply_to: str = "",
    files: Sequence[Mapping[str, Any]] = (),
    key: str | None = None,
    run_id: uuid.UUID | None = None,
    next_try: datetime | None = None,
) -> Mail:
    """Put a mail into the outbox, inside `writing()`; a worker sends it, once per `key`.

    `files` are file values of the run. Raises MailRefused with what is wrong with the mail.
    """
    if (known := _by_key(session, workspace_id, key)) is not None:
        return known
    checked = _checked(to, cc, reply_to, subject, text)
    _check_files(files)
    mail = Mail(
        id=ids.new_id(),
        workspace_id=workspace_id,
        idempotency_key=key,
        purpose=Purpose(purpose),
        recipients=checked.to,
        cc=checked.cc,
        reply_to=checked.reply_to,
        subject=checked.subject,
        files=[dict(file) for file in files],
        run_id=run_id,
        next_try=next_try or clock.now(),
    )
    body, place = checked.text.encode(), _place(mail)
    mail.body = keyring.seal(session, body, workspace_id=workspace_id, context=place)
    return _kept(session, mail)


def text_of(keyring: Keyring, mail: Mail) -> str:
    """The text of a mail, empty once it is forgotten. Raises CannotOpen."""
    if mail.body is None:
        return ""
    return keyring.open(mail.body, workspace_id=mail.workspace_id, context=_place(mail)).decode()


def one_line(text: str) -> str:
    """The text as one line of a header: no line break or control character is left in it."""
    return " ".join(_CONTROL.sub(" ", storable_text(text)).split())


def _kept(session: Session, mail: Mail) -> Mail:
    """The mail in the outbox: this one, or what another transaction put there under its key."""
    try:
        with session.begin_nested():
            session.add(mail)
    except IntegrityError:  # only PostgreSQL lets two write at a time
        known = _by_key(session, mail.workspace_id, mail.idempotency_key)
        if known is None:
            raise
        return known
    return mail


def _by_key(session: Session, workspace_id: uuid.UUID, key: str | None) -> Mail | None:
    if key is None:
        return None
    return session.scalars(
        select(Mail).where(Mail.workspace_id == workspace_id, Mail.idempotency_key == key)
    ).one_or_none()


def _checked(
    to: Sequence[str], cc: Sequence[str], reply_to: str, subject: str, text: str
) -> _Checked:
    try:
        receivers = addresses.each_once(to)
        copies = [one for one in addresses.each_once(cc) if one not in receivers]
        answer_to = addresses.address(reply_to) if reply_to.strip() else ""
    except AddressRefused as refused:
        raise MailRefused(refused.sentence) from refused
    if not receivers:
        raise MailRefused("The mail has nobody to go to.")
    if len(receivers) + len(copies) > MAX_RECIPIENTS:
        raise MailRefused(
            f"A mail can go to {MAX_RECIPIENTS} addresses at most, and this one has "
            f"{len(receivers) + len(copies)}. Send it in several mails."
        )
    if len(text) > MAX_TEXT_CHARS:
        raise MailRefused(
            f"The text of a mail can have {MAX_TEXT_CHARS:,} characters at most. "
            "Send the rest as a file."
        )
    line = one_line(subject)
    if len(line) > MAX_SUBJECT_CHARS:
        line = line[: MAX_SUBJECT_CHARS - 1].rstrip() + "…"
    kept = _NOT_TEXT.sub("", storable_text(text).replace("\r\n", "\n").replace("\r", "\n"))
    return _Checked(receivers, copies, answer_to, line or "(no subject)", kept)


def _check_files(files: Sequence[Mapping[str, Any]]) -> None:
    if len(files) > MAX_FILES:
        raise MailRefused(f"A mail can carry {MAX_FILES} files at most, and this has {len(files)}.")
    if sum(int(file["size"]) for file in files) > MAX_FILES_BYTES:
        raise MailRefused(
            f"The files of a mail can have {MAX_FILES_BYTES // 1_000_000} MB together at most. "
            "Send a link to them instead."
        )


def _place(mail: Mail) -> tuple[str, ...]:
    return ("outbox", str(mail.id), "body")
