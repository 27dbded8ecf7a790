"""A long chat stays known: older messages are put in short, by a model, and can be forgotten."""

from collections.abc import Callable

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import database
from app.agents.models import Agent
from app.chats import memory
from app.chats.models import Chat, Message
from app.lib import clock, ids
from app.runs.models import Run
from app.vault.keys import Keyring
from tests.cast import Cast
from tests.chats.providers import Speaker, connect
from tests.chats.talk import Talk
from tests.databases import on_both
from tests.loopback import Loopback
from tests.runs.house import House, has_ended, until

OpenTalk = Callable[..., Talk]


@on_both
def test_older_messages_are_put_in_short_and_paid_for(
    desk: Agent, session: Session, cast: Cast, keyring: Keyring, talk: OpenTalk, house: House
) -> None:
    with Loopback(Speaker(["Olga wants ", "lamp 29."])) as server:
        connect(session, keyring, cast, server)
        olga = talk(cast.olga)
        olga.begin("Lamp 0?")
        _say_before(session, 30)
        house.open_worker()
        until(lambda: _chat(session).summary)
        chat = _chat(session)
        assert chat.summary == "Olga wants lamp 29."
        until(lambda: _last_run(session).tokens == 17)
        asked = server.received[-1].body.decode()
        assert "Lamp 5?" in asked
        assert "Lamp 29?" not in asked
        olga.say("And now?")
        until(lambda: has_ended(session, _last_run(session)))
    history = _last_run(session).trigger_payload["history"]
    assert history[0] == {
        "role": "assistant",
        "name": "Earlier, in short",
        "text": "Olga wants lamp 29.",
    }
    assert len(history) == 1 + memory.KEPT_MESSAGES
    assert "Olga wants lamp 29." in olga.browser.get(f"{olga.at}/details").text
    olga.do("memory/deletion")
    assert _chat(session).summary == ""
    assert memory.remembered(session, _chat(session)) == []


def test_the_practice_model_can_do_it(
    desk: Agent, session: Session, cast: Cast, talk: OpenTalk, house: House
) -> None:
    olga = talk(cast.olga)
    olga.begin("Lamp 0?")
    _say_before(session, 30)
    house.open_worker()
    until(lambda: _chat(session).summary)
    assert len(_chat(session).summary) < memory.MAX_SUMMARY_CHARS


def test_a_short_chat_is_remembered_as_it_is(
    desk: Agent, session: Session, cast: Cast, talk: OpenTalk
) -> None:
    olga = talk(cast.olga)
    olga.begin("Lamp 0?")
    _say_before(session, 10)
    assert memory.to_sum_up(session, _chat(session)) is None
    _say_before(session, 3, words="word " * 900)
    older = memory.to_sum_up(session, _chat(session))
    assert older is not None
    assert older.count == 13
    chat = _chat(session)
    with database.writing(session):
        memory.forget(chat)
        session.flush()
        memory.keep(session, older, "Too late")
    assert _chat(session).summary == ""


@pytest.mark.parametrize("words", ["", "  \n"])
def test_nothing_is_no_summary(
    desk: Agent, session: Session, cast: Cast, talk: OpenTalk, words: str
) -> None:
    talk(cast.olga).begin("Lamp 0?")
    _say_before(session, 30)
    older = memory.to_sum_up(session, _chat(session))
    assert older is not None
    with database.writing(session):
        memory.keep(session, older, words)
    assert _chat(session).summed_to is None


def _say_before(session: Session, count: int, *, words: str = "") -> None:
    chat = _chat(session)
    with database.writing(session):
        for number in range(1, count + 1):
            session.add(
                Message(
                    id=ids.new_id(),
                    created_at=clock.now(),
                    workspace_id=chat.workspace_id,
                    chat_id=chat.id,
                    user_id=chat.user_id,
                    text=words or f"Lamp {number}?",
                )
            )


def _chat(session: Session) -> Chat:
    session.rollback()
    return session.scalars(select(Chat).execution_options(populate_existing=True)).one()


def _last_run(session: Session) -> Run:
    session.rollback()
    return session.scalars(select(Run).order_by(Run.id.desc()).limit(1)).one()
