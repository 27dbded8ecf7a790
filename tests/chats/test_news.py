"""An open page is told what is new of its chat, and no more than that."""

import re
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import database
from app.agents.models import Agent
from app.chats import cards, ports, sending
from app.chats.models import Chat, Message
from app.chats.open_page import Settled
from app.chats.replies import say
from app.engine.chat_port import ChatReply
from app.runs.models import Run
from tests.cast import Cast
from tests.chats.talk import CHATS, Talk
from tests.databases import on_both
from tests.runs.house import House, has_ended, until

OpenTalk = Callable[..., Talk]
POLL = re.compile(r'id="chat-poll"[^>]*hx-get="([^"]+)"')
HELD = re.compile(r'id="chat-held"[^>]*value="([^"]*)"')
TURN = re.compile(r'<div class="chat-one" id="(t-\w+)"')


@pytest.fixture
def worker(house: House) -> int:
    """It answers, until a test stops it."""
    return house.open_worker()


@pytest.fixture
def olga(desk: Agent, cast: Cast, talk: OpenTalk, worker: int, session: Session) -> Talk:
    """Olga has had two answers in a chat."""
    found = talk(cast.olga)
    found.begin("First words")
    _answered(found, session)
    found.say("Second words")
    _answered(found, session)
    return found


def _chat(olga: Talk, session: Session) -> Chat:
    session.rollback()
    return session.scalars(select(Chat).where(Chat.id == olga.chat_id)).one()


def _last_run(olga: Talk, session: Session) -> Run:
    session.rollback()
    return session.scalars(
        select(Run)
        .join(Message, (Message.workspace_id == Run.workspace_id) & (Message.run_id == Run.id))
        .where(Message.chat_id == olga.chat_id)
        .order_by(Run.id.desc())
        .limit(1)
    ).one()


def _answered(olga: Talk, session: Session) -> None:
    run = _last_run(olga, session)
    until(lambda: has_ended(session, run))


def _poll(page: str) -> str:
    found = POLL.search(page)
    assert found is not None
    return found[1].replace("&amp;", "&")


def _news(olga: Talk, page: str) -> str:
    answer = olga.browser.get(_poll(page))
    assert answer.status_code == 200
    return answer.text


def _say_by_htmx(olga: Talk, page: str, words: str) -> str:
    """Send it as the open page does."""
    held, token = HELD.search(page), re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert held is not None
    assert token is not None
    answer = olga.browser.client.post(
        f"{olga.at}/messages",
        data={
            "csrf_token": token[1],
            "once": words.replace(" ", ""),
            "text": words,
            "held": held[1].replace("&amp;", "&"),
        },
        headers={"HX-Request": "true"},
    )
    assert answer.status_code == 200
    return answer.text


@on_both
def test_what_is_sent_comes_back_with_the_last_turns_alone(
    olga: Talk, session: Session, house: House, worker: int
) -> None:
    house.stop(worker)
    page = olga.page
    sent = _say_by_htmx(olga, page, "Third words")
    assert 'hx-target="#tail"' in sent
    assert "Third words" in sent
    assert "Second words" not in sent
    assert "Ask in other words" not in sent
    assert len(TURN.findall(sent)) == 1
    assert f'data-after="{TURN.findall(page)[-1]}" data-asked' in sent
    assert 'id="say-' in sent
    assert "Chats</h2>" not in sent
    house.open_worker()
    _answered(olga, session)
    news = _news(olga, sent)
    assert "after 4" in news
    assert "Second words" not in news
    assert news.count("Ask in other words") == 1
    assert TURN.findall(olga.page)[-1:] == TURN.findall(news)
    until(lambda: olga.browser.get(_poll(olga.page)).status_code == 204)


def test_a_page_that_missed_much_still_gets_all_of_it(olga: Talk, session: Session) -> None:
    page = olga.page
    chat, run = _chat(olga, session), _last_run(olga, session)
    for number in range(70):
        with database.writing(session):
            say(session, chat, run, ChatReply(text=f"Part {number}."), key=f"part{number}")
    news = _news(olga, page)
    assert 'hx-target="#thread"' in news
    assert "Part 69." in news
    assert "Earlier messages" in news


def test_a_turn_further_up_that_says_more_is_shown(olga: Talk, session: Session) -> None:
    run = _last_run(olga, session)
    olga.say("Third words")
    _answered(olga, session)
    page = olga.page
    chat = _chat(olga, session)
    with database.writing(session):
        say(session, chat, run, ChatReply(text="One thing more."), key="late")
    news = _news(olga, page)
    assert 'hx-target="#thread"' in news
    assert news.index("One thing more.") < news.index("Third words</p>")


def test_what_is_set_aside_leaves_open_pages(olga: Talk, session: Session) -> None:
    olga.say("Third words")
    _answered(olga, session)
    page = olga.page
    first = session.scalars(
        select(Message).where(Message.chat_id == olga.chat_id).order_by(Message.id).limit(1)
    ).one()
    olga.do(f"messages/{first.id}/again", text="First words, put better", once="b")
    _answered(olga, session)
    news = _news(olga, page)
    assert 'hx-target="#thread"' in news
    assert "First words, put better" in news
    assert "First words</p>" not in news


def test_cards_are_drawn_anew_wherever_they_stand(
    olga: Talk, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(ports.cards, "test_note", lambda _session, _message, _viewer: None)
    run = _last_run(olga, session)
    with database.writing(session):
        cards.post(
            session,
            workspace_id=run.workspace_id,
            run_id=run.id,
            card={"card": "test_note"},
            key="card",
        )
    olga.say("Third words")
    _answered(olga, session)
    held = HELD.search(olga.page)
    assert held is not None
    settled = Settled.of(parse_qs(held[1].replace("&amp;", "&"))["settled"][0])
    assert settled is not None
    assert settled.count == 2  # the question and the answer in front of the turn with the card


def test_the_list_comes_whole_when_the_chat_has_to_move_up(olga: Talk, session: Session) -> None:
    other = Talk(olga.browser)
    other.begin("Another chat")
    _answered(other, session)
    late = olga.page
    answer = _say_by_htmx(olga, late, "Third words")
    assert "Chats</h2>" in answer
    first = answer.split('class="chat-list"')[1].split('<li id="l-')[1][:32]
    assert first == olga.chat_id.hex
    assert "Chats</h2>" not in _say_by_htmx(olga, answer, "Fourth words")


def test_the_line_of_the_list_says_how_the_chat_stands(
    olga: Talk, session: Session, house: House, worker: int
) -> None:
    house.stop(worker)
    sent = _say_by_htmx(olga, olga.page, "Third words")
    line = sent.split(f'hx-target="#l-{olga.chat_id.hex}"')[1]
    assert "Third words" in line
    assert "working now" in line
    house.open_worker()
    _answered(olga, session)
    line = _news(olga, sent).split(f'hx-target="#l-{olga.chat_id.hex}"')[1].split("</li>")[0]
    assert "You said" in line
    assert "working now" not in line
    chat = _chat(olga, session)
    page = olga.page
    with database.writing(session):
        sending.rename(chat, "Called otherwise")
    assert "Called otherwise" in _news(olga, page)


def test_a_wrong_message_brings_back_the_place_to_write(olga: Talk) -> None:
    page = olga.page
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token is not None
    answer = olga.browser.client.post(
        f"{olga.at}/messages",
        data={"csrf_token": token[1], "once": "x", "text": "  "},
        headers={"HX-Request": "true"},
    )
    assert answer.status_code == 422
    assert 'id="end"' in answer.text
    assert 'role="alert"' in answer.text
    assert 'id="thread"' not in answer.text


@pytest.mark.parametrize(
    "said",
    ["settled=x", "settled=0-0-0", "settled=" + "f" * 32 + "-zz-3", "listed=x&at=-1", "seen=%00"],
)
def test_nonsense_in_an_address_gets_the_thread_whole(olga: Talk, said: str) -> None:
    answer = olga.browser.get(f"{olga.at}/live?{said}")
    assert answer.status_code == 200
    assert 'hx-target="#thread"' in answer.text
    assert urlsplit(_poll(answer.text)).path == f"{CHATS}/{olga.chat_id}/live"
    assert Settled.of(said) is None


def test_who_lost_access_gets_404(olga: Talk, cast: Cast, talk: OpenTalk) -> None:
    olga.do("link", to="open")
    cleo = talk(cast.cleo)
    cleo.at = olga.at
    poll = _poll(cleo.page)
    assert cleo.browser.get(poll).status_code == 204
    olga.do("link", to="closed")
    assert cleo.browser.get(poll).status_code == 404
    assert talk(cast.dan).browser.get(poll).status_code == 404
