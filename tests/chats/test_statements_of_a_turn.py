"""A turn of a chat asks the database a known number of times, however long the chat is."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import database
from app.accounts.recent_logins import RecentLogins
from app.agents.models import Agent
from app.chats import streaming
from app.chats.models import Chat
from app.chats.replies import say
from app.engine.chat_port import ChatReply
from app.runs.models import Run
from tests.cast import Cast
from tests.chats.talk import Talk
from tests.runs.house import House, has_ended, until
from tests.statements import statements

# Lower a number when you can. Of each one is for who is a member here.
SENDING = 14  # one of them once a second: when the agent was last called
NEWS = 6
NOTHING_NEW = 2
WORDS_OF_AN_OLD_ANSWER = 2
LOOK_IN_VAIN = 2  # of a stream, once a second, in place of a poll
FAR_OFF = "9999999999"  # a page of the far future is never old
POLL = re.compile(r'id="chat-poll"[^>]*hx-get="([^"]+)"')
HELD = re.compile(r'id="chat-held"[^>]*value="([^"]*)"')


@pytest.fixture
def olga(
    desk: Agent,
    cast: Cast,
    talk: Callable[..., Talk],
    session: Session,
    house: House,
    monkeypatch: pytest.MonkeyPatch,
) -> Talk:
    """Olga has an answer in a chat in which much was said before; nobody works any more."""
    monkeypatch.setattr(RecentLogins, "MAX_AGE_S", 3_600.0)  # or a slow machine asks once more
    worker = house.open_worker()
    found = talk(cast.olga)
    found.begin("First words")
    _answered(session)
    chat, run = session.scalars(select(Chat)).one(), session.scalars(select(Run)).one()
    for number in range(20):
        with database.writing(session):
            say(session, chat, run, ChatReply(text=f"Part {number}."), key=f"part{number}")
    found.say("Second words")
    _answered(session)
    house.stop(worker)
    return found


def _answered(session: Session) -> None:
    session.rollback()
    run = session.scalars(select(Run).order_by(Run.id.desc()).limit(1)).one()
    until(lambda: has_ended(session, run))


def _of(pattern: re.Pattern[str], page: str) -> str:
    found = pattern.search(page)
    assert found is not None
    said = found[1].replace("&amp;", "&")
    return re.sub(r"\b(at|listed)=\d+", rf"\1={FAR_OFF}", said)


def test_a_turn_asks_little(app: Flask, olga: Talk, session: Session, house: House) -> None:
    page = olga.page
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token is not None
    fields = {"csrf_token": token[1], "once": "third", "text": "Third words"}
    with statements(app) as asked:
        sent = olga.browser.client.post(
            f"{olga.at}/messages",
            data=fields | {"held": _of(HELD, page)},
            headers={"HX-Request": "true"},
        ).text
    assert 0 < len(asked) <= SENDING, asked
    house.open_worker()
    _answered(session)
    with statements(app) as asked:
        news = olga.browser.get(_of(POLL, sent))
    assert news.status_code == 200
    assert 0 < len(asked) <= NEWS, asked


def test_a_stream_asks_little_while_nothing_is_new(
    app: Flask, olga: Talk, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streaming, "LONGEST_S", 0.5)  # it waits for words once, and looks once
    monkeypatch.setattr(streaming, "LOOK_AGAIN_S", 0.5)
    olga.say("Nobody works on this")
    session.rollback()
    run = session.scalars(select(Run).order_by(Run.id.desc()).limit(1)).one()
    held = _of(POLL, olga.page).partition("?")[2]
    with statements(app) as asked:
        heard = olga.browser.get(f"{olga.at}/runs/{run.id}/words?{held}").text
    assert "event: news" not in heard
    assert heard.count("event: here") == 2
    assert 0 < len(asked) <= WORDS_OF_AN_OLD_ANSWER + LOOK_IN_VAIN, asked


def test_nothing_new_asks_next_to_nothing(app: Flask, olga: Talk, session: Session) -> None:
    poll = _of(POLL, olga.page)
    with statements(app) as asked:
        assert olga.browser.get(poll).status_code == 204
    assert 0 < len(asked) <= NOTHING_NEW, asked
    run = session.scalars(select(Run).order_by(Run.id.desc()).limit(1)).one()
    with statements(app) as asked:
        assert olga.browser.get(f"{olga.at}/runs/{run.id}/words").status_code == 204
    assert 0 < len(asked) <= WORDS_OF_AN_OLD_ANSWER, asked
