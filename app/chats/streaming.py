"""Sends an answer to an open chat while it is written, for as long as its reader may read it."""

import json
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from threading import BoundedSemaphore

from flask import Flask, current_app
from redis.exceptions import RedisError
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Login
from app.chats import directory
from app.growing_answers.line import FIRST, GrowingAnswers, Piece
from app.runs.web_process import bell
from app.settings import Settings
from app.vault.web_process import keyring
from app.web.transactions import session
from app.workspaces.models import Member
from app.workspaces.roles import may

LONGEST_S = 120.0
LOOK_AGAIN_S = 3.0  # whether the reader may still read, and the run still works
OVER = "event: over\ndata:\n\n"  # no more by this way; the page goes on asking


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads which answer, on which device."""

    workspace_id: uuid.UUID
    chat_id: uuid.UUID
    run_id: uuid.UUID
    person_id: uuid.UUID
    login_id: uuid.UUID

    def may_go_on(self, open_session: Session) -> bool:
        """Whether the device is signed in, the person may read the chat, and the run works."""
        login = open_session.scalars(select(Login).where(Login.id == self.login_id)).one_or_none()
        member = open_session.scalars(
            select(Member).where(
                Member.workspace_id == self.workspace_id, Member.user_id == self.person_id
            )
        ).one_or_none()
        if login is None or not login.is_live or member is None:
            return False
        found = directory.reach(open_session, member.workspace, self.chat_id, member.user)
        needed = "agents.edit" if found and found.chat.is_trial else "runs.read"
        if found is None or not may(member.role, needed):
            return False
        run = directory.run_of(open_session, found.chat, self.run_id)
        return run is not None and not run.status.is_final


def line() -> GrowingAnswers:
    """The line of this app."""
    return GrowingAnswers(bell().redis, keyring())


def take_slot() -> Callable[[], None] | None:
    """One of the threads that may send answers, given back by what this gives; None if all do."""
    slots: BoundedSemaphore = current_app.extensions.setdefault("chats.slots", _slots())
    if not slots.acquire(blocking=False):
        return None
    return Once(slots.release)


class Once:
    """Does it the first time only."""

    def __init__(self, act: Callable[[], None]) -> None:
        self._acts = [act]

    def __call__(self) -> None:
        """Do it, unless it is done."""
        if self._acts:
            self._acts.pop()()


def events(app: Flask, reader: Reader, after: str, give_back: Callable[[], None]) -> Iterator[str]:
    """The answer as server-sent events, from the piece after this one."""
    began = looked = time.monotonic()
    try:
        yield "retry: 1000\n\n"
        while time.monotonic() - began < LONGEST_S:
            for piece in _pieces(app, reader, after):
                after = piece.id
                yield _event(piece)
                if piece.kind == "done":
                    return
            if time.monotonic() - looked >= LOOK_AGAIN_S:
                looked = time.monotonic()
                if not _may_go_on(app, reader):
                    break
                yield ": still here\n\n"  # a reader who left is noticed by this
        yield OVER
    except RedisError:
        yield OVER
    finally:
        give_back()


def place_of(text: str) -> str:
    """The place that a reader comes back from; the beginning for one that cannot be."""
    first, _, second = text.partition("-")
    is_place = first.isdecimal() and (second.isdecimal() or not second) and len(text) <= 40
    return text if is_place else FIRST


def _pieces(app: Flask, reader: Reader, after: str) -> list[Piece]:
    with app.app_context():
        found = line().after(reader.workspace_id, reader.run_id, after, wait_s=1.0)
        return list(found)


def _may_go_on(app: Flask, reader: Reader) -> bool:
    with app.app_context():
        return reader.may_go_on(session())


def _event(piece: Piece) -> str:
    data = json.dumps(piece.text) if piece.kind == "words" else ""
    return f"id: {piece.id}\nevent: {piece.kind}\ndata: {data}\n\n"


def _slots() -> BoundedSemaphore:
    settings: Settings = current_app.config["LAMPLIGHT"]
    return BoundedSemaphore(settings.growing_answers)
