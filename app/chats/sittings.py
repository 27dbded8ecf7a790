"""Sittings: who writes in a chat, from which device, since when."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from app.accounts.models import Login, User
from app.chats import statements
from app.chats.models import Chat, Sitting
from app.lib import clock, ids

MAX_SHOWN = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Here:
    """Who asks, signed in by which login, from which address.

    What is known of them is written down: inside `writing()` each row would be read once more.
    """

    person: User
    person_id: uuid.UUID
    name: str
    email: str
    login_id: uuid.UUID
    device_id: str
    device: str
    ip: str

    @classmethod
    def of(cls, person: User, login: Login, ip: str) -> "Here":
        """This person on this device."""
        return cls(
            person=person,
            person_id=person.id,
            name=person.name,
            email=person.email,
            login_id=login.id,
            device_id=login.device_id,
            device=login.device,
            ip=ip,
        )


def note(session: Session, chat: Chat, here: Here) -> uuid.UUID:
    """The sitting that goes on, or a new one; call inside `writing()`."""
    now = clock.now()
    given = {
        "here": chat.workspace_id,
        "chat": chat.id,
        "me": here.person_id,
        "login": here.login_id,
        "silent_since": now - Sitting.SILENCE,
        "now": now,
    }
    going = statements.still_here.row(session.connection(), given)
    if going is None:
        begun = _begun(chat, here, now)
        session.add(begun)
        session.flush()
        chat.session_id = begun.id
        return begun.id
    found: uuid.UUID = going.id
    if chat.session_id != found:
        chat.session_id = found
    return found


def _begun(chat: Chat, here: Here, now: datetime) -> Sitting:
    return Sitting(
        id=ids.new_id(),
        created_at=now,
        workspace_id=chat.workspace_id,
        chat_id=chat.id,
        user_id=here.person_id,
        login_id=here.login_id,
        device_id=here.device_id,
        device=here.device,
        ip=here.ip[:45],
        last_seen=now,
    )


def of_chat(session: Session, chat: Chat) -> Sequence[Sitting]:
    """The latest sittings, newest first."""
    return session.scalars(
        select(Sitting)
        .options(joinedload(Sitting.user), joinedload(Sitting.login))
        .where(Sitting.workspace_id == chat.workspace_id, Sitting.chat_id == chat.id)
        .order_by(Sitting.id.desc())
        .limit(MAX_SHOWN)
    ).all()
