"""When a device was last seen: noted after the answer has left, and never worth waiting for."""

import logging
import uuid
from datetime import timedelta

from flask import Flask, Response, g
from sqlalchemy import Engine, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from app import database
from app.accounts.models import Login
from app.accounts.recent_logins import recent_logins
from app.extensions import db
from app.lib import clock

NOTED_EVERY = timedelta(minutes=5)
log = logging.getLogger(__name__)


def install(app: Flask) -> None:
    """Note the device of every signed-in request, at most once in five minutes."""
    app.after_request(_note_after_answer)


def _note_after_answer(answer: Response) -> Response:
    login: Login | None = g.get("login")
    if login is not None and clock.now() - g.login_noted_at > NOTED_EVERY:
        engine, login_id, user_id, recent = db.engine, login.id, login.user_id, recent_logins()

        @answer.call_on_close
        def _note() -> None:
            note(engine, login_id)
            recent.forget(user_id)

    return answer


def note(engine: Engine, login_id: uuid.UUID) -> None:
    """Write that the device was seen now, or leave it when the database is busy."""
    with engine.connect() as connection:
        database.refuse_to_wait(connection)
        try:
            with database.writing(Session(connection)) as session:
                session.execute(
                    update(Login)
                    .where(Login.id == login_id, Login.last_seen < clock.now() - NOTED_EVERY)
                    .values(last_seen=clock.now())
                )
        except OperationalError:
            log.debug("The database is busy: last_seen is noted another time.")
