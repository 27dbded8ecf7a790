"""One look into one watched mailbox: what is new since the last one, each message once."""

import hashlib
import logging
import uuid
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import database
from app.engine.values import Json
from app.files import uploads
from app.files.store import FileRefused, FileStore
from app.lib import mail_reading
from app.lib.imap import Mailbox, MailboxTrouble, open_mailbox
from app.lib.mail_reading import Letter
from app.lib.safe_socket import Dialer
from app.runs.models import Lane
from app.triggers.firing import fire
from app.triggers.mailbox_models import MailboxMark
from app.triggers.models import Trigger
from app.vault import directory, mailbox
from app.vault.keys import Keyring

LOOK_TIMEOUT_S = 40.0
MOST_AT_ONCE = 20  # messages in one look; the rest follows at the next one
MAX_MESSAGE_BYTES = 15_000_000

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tools:
    """What a look needs of its process. `turn` is entered around each write transaction."""

    sessions: Callable[[], Session]
    keyring: Keyring
    dialer: Dialer
    files: FileStore
    turn: AbstractContextManager[object]
    ring: Callable[[Lane], object]


@dataclass(frozen=True, slots=True)
class Looked:
    """How a look went: whether more waits, so that the next one should follow at once."""

    has_more: bool = False


def look(tools: Tools, trigger_id: uuid.UUID, *, now: datetime) -> Looked:
    """Start a run for each new message. Raises MailboxTrouble with a sentence.

    The first look only remembers where the mailbox stands: what was there before is left alone.
    """
    with tools.sessions() as session:
        trigger = session.scalars(select(Trigger).where(Trigger.id == trigger_id)).one()
        mark = _mark_of(session, trigger_id)
        connection = _connection(session, trigger)
        account = mailbox.account(tools.keyring, connection)
    if isinstance(account, str):
        raise MailboxTrouble(account)
    to_mark = trigger.settings.get("after") == "read"
    with open_mailbox(tools.dialer, account, timeout_s=LOOK_TIMEOUT_S, to_mark=to_mark) as box:
        place = (connection.id, account.folder)
        if mark is None or (mark.connection_id, mark.folder) != place:
            _remember(tools, trigger, place, box, last_uid=max(box.next_uid - 1, 0), now=now)
            return Looked()
        new = _new_uids(box, mark)
        for uid in new[:MOST_AT_ONCE]:
            began = _take(tools, trigger, box, uid)
            _remember(tools, trigger, place, box, last_uid=uid, now=now)
            if began and to_mark:
                box.mark_read(uid)
        if not new:
            _remember(tools, trigger, place, box, last_uid=_floor(box, mark), now=now)
    return Looked(has_more=len(new) > MOST_AT_ONCE)


def _connection(session: Session, trigger: Trigger) -> Any:
    wanted = trigger.settings.get("mailbox")
    try:
        found = directory.by_id(session, trigger.workspace_id, connection_id=uuid.UUID(str(wanted)))
    except ValueError:
        found = None
    if found is None:
        raise MailboxTrouble("The mailbox was deleted. Choose another one and publish the agent.")
    return found


def _mark_of(session: Session, trigger_id: uuid.UUID) -> MailboxMark | None:
    return session.scalars(
        select(MailboxMark).where(MailboxMark.trigger_id == trigger_id)
    ).one_or_none()


def _new_uids(box: Mailbox, mark: MailboxMark) -> Sequence[int]:
    if box.validity == mark.uid_validity:
        return box.after(mark.last_uid)
    # The server numbers its messages anew. Those of the last days are looked at again; each of
    # them is known by what it is, so none makes a second run.
    return box.since((mark.updated_at - timedelta(days=1)).date())


def _floor(box: Mailbox, mark: MailboxMark) -> int:
    """Where the next look begins when this one found nothing."""
    return mark.last_uid if box.validity == mark.uid_validity else max(box.next_uid - 1, 0)


def _take(tools: Tools, trigger: Trigger, box: Mailbox, uid: int) -> bool:
    """Start the run of one message; whether there is one now."""
    size = box.size_of(uid)
    is_too_large = size is not None and size > MAX_MESSAGE_BYTES
    raw = box.message(uid, only_head=is_too_large) if size is not None else None
    if raw is None:
        return False  # deleted since
    letter = _letter(raw, uid)
    kept = _kept_files(tools, trigger, letter)
    with tools.sessions() as session, tools.turn, database.writing(session):
        mine = session.get_one(Trigger, trigger.id)
        fired = fire(
            session,
            tools.keyring,
            mine,
            payload={**_payload(letter, kept), "is_too_large": is_too_large},
            key=f"email:{trigger.id}:{hashlib.sha256(raw).hexdigest()[:40]}",
            words=f"E-mail from {letter.from_name or letter.from_address or 'somebody'}",
        )
        if fired.run is not None:
            ids = [uuid.UUID(str(one["file"])) for one in kept]
            uploads.attach(session, ids, fired.run.id, workspace_id=trigger.workspace_id)
            lane = fired.run.lane
    if fired.run is None:
        return False
    tools.ring(lane)
    return True


def _letter(raw: bytes, uid: int) -> Letter:
    try:
        return mail_reading.read(raw)
    except Exception:
        # A message that is broken in a new way must not keep those behind it waiting for ever.
        log.exception("the message %d could not be read; its run gets an empty one", uid)
        return Letter("", "", (), (), "", "", None, "", ())


def _payload(letter: Letter, kept: Sequence[Mapping[str, Json]]) -> dict[str, Json]:
    return {
        "from_name": letter.from_name,
        "from_address": letter.from_address,
        "to": list(letter.to),
        "cc": list(letter.cc),
        "subject": letter.subject,
        "text": letter.text,
        "date": letter.date,
        "message_id": letter.message_id,
        "attachments": [dict(one) for one in kept],
    }


def _kept_files(tools: Tools, trigger: Trigger, letter: Letter) -> list[dict[str, Json]]:
    """The values of the message's files; one that cannot be kept is left out and logged."""
    kept = []
    for file in letter.files:
        try:
            with tools.sessions() as session, tools.turn:
                kept.append(
                    uploads.keep(
                        session,
                        tools.files,
                        trigger.workspace_id,
                        file.name,
                        file.content,
                        media_type=file.media_type,
                    )
                )
        except FileRefused as refused:
            log.warning("a file of an e-mail was left out: %s", refused.sentence)
    return kept


def _remember(
    tools: Tools,
    trigger: Trigger,
    place: tuple[uuid.UUID, str],
    box: Mailbox,
    *,
    last_uid: int,
    now: datetime,
) -> None:
    with tools.sessions() as session, tools.turn, database.writing(session):
        mark = _mark_of(session, trigger.id)
        if mark is None:
            mark = MailboxMark(workspace_id=trigger.workspace_id, trigger_id=trigger.id)
            session.add(mark)
        mark.connection_id, mark.folder = place
        mark.uid_validity, mark.last_uid, mark.updated_at = box.validity, last_uid, now
