"""An answer is read while it is written: real workers, Valkey, a provider that speaks slowly."""

import html
import json
import re
import threading
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app import database
from app.accounts.models import User
from app.agents.models import Agent
from app.chats import streaming, web_process
from app.engine.graph import Graph
from app.engine.states import RunStatus
from app.lib import clock
from app.runs.models import Run
from app.vault.keys import Keyring
from app.workspaces.models import Member
from tests.cast import Cast
from tests.chats.hearing import hearing
from tests.chats.providers import Speaker, connect
from tests.chats.talk import Talk
from tests.databases import on_both
from tests.loopback import Loopback
from tests.runs.flows import answer, in_a_row, step
from tests.runs.house import House, has_ended, until
from tests.triggers.conftest import SwitchOn

OpenTalk = Callable[..., Talk]
POLL = re.compile(r'id="chat-poll"[^>]*hx-get="([^"]+)"')
PIECES = ["Hello", " dear ", "Olga, ", "all **is** ", "well."]


@pytest.fixture(autouse=True)
def _looks_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streaming, "LOOK_AGAIN_S", 0.2)


def asks() -> Graph:
    """Passes the question on to a model, and its answer back."""
    ask = step("ask", "ask_model", {"question": "{{ trigger.text }}"})
    return in_a_row(step("start", "start_chat"), ask, answer("{{ steps.ask.text }}"))


@pytest.fixture
def desk(switched_on: SwitchOn) -> Agent:
    """It answers with a model."""
    return switched_on(asks(), "Enquiry desk")


def _words(talk: Talk, session: Session) -> str:
    session.rollback()
    run = session.scalars(select(Run).order_by(Run.id.desc()).limit(1)).one()
    return f"{talk.at}/runs/{run.id}/words"


@on_both
def test_words_are_heard_before_the_answer_is_whole(
    desk: Agent,
    session: Session,
    cast: Cast,
    keyring: Keyring,
    talk: OpenTalk,
    house: House,
) -> None:
    speaker = Speaker(PIECES, frozenset({2, 4}))
    with Loopback(speaker) as server:
        connect(session, keyring, cast, server)
        house.open_worker()
        olga = talk(cast.olga)
        olga.begin("How is it?")
        with hearing(olga, _words(olga, session)) as ear:
            until(lambda: ear.text == "Hello dear ")
            assert 'aria-live="off"' in olga.page
            until(lambda: ">Hello dear </div>" in olga.page)
            middle = ear.place
            speaker.go_on()
            speaker.go_on()
        assert ear.text == "".join(PIECES)
        assert ear.last == "done"
        assert "<strong>is</strong>" in olga.page
        assert "data-grows" not in olga.page
        with hearing(olga, _words(olga, session)) as late:
            pass
        assert late.status == 204
    assert middle


def test_a_reader_who_comes_back_hears_no_word_twice(
    desk: Agent, session: Session, cast: Cast, keyring: Keyring, talk: OpenTalk, house: House
) -> None:
    speaker = Speaker(PIECES, frozenset({2, 4}))
    with Loopback(speaker) as server:
        connect(session, keyring, cast, server)
        house.open_worker()
        olga = talk(cast.olga)
        olga.begin("How is it?")
        with hearing(olga, _words(olga, session)) as first:
            until(lambda: first.text == "Hello dear ")
            with hearing(olga, _words(olga, session), first.place) as second:
                speaker.go_on()
                until(lambda: second.text == "Olga, all **is** ")
                speaker.go_on()
        assert first.text == "".join(PIECES)
        assert second.text == "Olga, all **is** well."


def test_it_ends_when_somebody_stops_it(
    desk: Agent, session: Session, cast: Cast, keyring: Keyring, talk: OpenTalk, house: House
) -> None:
    speaker = Speaker(PIECES, frozenset({2}))
    with Loopback(speaker) as server:
        connect(session, keyring, cast, server)
        house.open_worker()
        olga = talk(cast.olga)
        olga.begin("How is it?")
        run = session.scalars(select(Run)).one()
        with hearing(olga, _words(olga, session)) as ear:
            until(lambda: ear.text == "Hello dear ")
            olga.do(f"runs/{run.id}/cancellation")
        assert ear.last == "done"
        speaker.go_on()
        until(lambda: has_ended(session, run))
        assert run.status is RunStatus.CANCELLED
        assert "Stopped before it had answered" in olga.page


def test_it_ends_when_access_is_lost_and_at_sign_out(
    desk: Agent, session: Session, cast: Cast, keyring: Keyring, talk: OpenTalk, house: House
) -> None:
    speaker = Speaker(PIECES, frozenset({2}))
    with Loopback(speaker) as server:
        connect(session, keyring, cast, server)
        house.open_worker()
        olga, cleo = talk(cast.olga), talk(cast.cleo)
        olga.begin("How is it?")
        olga.do("link", to="open")
        cleo.at = olga.at
        with hearing(cleo, _words(cleo, session)) as read:
            until(lambda: read.text == "Hello dear ")
            olga.do("link", to="closed")
        assert read.last == "over"
        with hearing(olga, _words(olga, session)) as own:
            until(lambda: own.text == "Hello dear ")
            olga.browser.send("/account", "/sign-out")
        assert own.last == "over"
        speaker.go_on()


def test_over_the_cap_pages_ask(
    desk: Agent,
    app: Flask,
    session: Session,
    cast: Cast,
    keyring: Keyring,
    talk: OpenTalk,
    house: House,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(web_process, "_slots", lambda: threading.BoundedSemaphore(1))
    speaker = Speaker(PIECES, frozenset({2}))
    with Loopback(speaker) as server:
        connect(session, keyring, cast, server)
        house.open_worker()
        olga, ben = talk(cast.olga), talk(cast.olga)
        olga.begin("How is it?")
        ben.at = olga.at
        with hearing(olga, _words(olga, session)) as ear:
            until(lambda: ear.text == "Hello dear ")
            with hearing(ben, _words(ben, session)) as other:
                pass
            assert other.status == 204
            assert "Hello dear " in ben.browser.get(f"{ben.at}/live?seen=x").text
            speaker.go_on()
        with hearing(ben, _words(ben, session)) as late:
            pass
        assert late.status == 204
        slots: threading.BoundedSemaphore = app.extensions["chats.slots"]
        assert slots.acquire(blocking=False)
        slots.release()


def test_it_does_not_last_for_ever(
    desk: Agent,
    session: Session,
    cast: Cast,
    talk: OpenTalk,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(streaming, "LONGEST_S", 0.5)
    olga = talk(cast.olga)
    olga.begin("Nobody works")
    with hearing(olga, _words(olga, session), "not-a-place") as ear:
        pass
    assert ear.last == "over"


def test_a_run_that_has_ended_unheard_ends_it(
    desk: Agent, session: Session, cast: Cast, talk: OpenTalk
) -> None:
    olga = talk(cast.olga)
    olga.begin("Nobody works")
    run = session.scalars(select(Run)).one()
    with hearing(olga, _words(olga, session)) as ear:
        until(lambda: ear.events)
        with database.writing(session):
            run.status, run.finished_at = RunStatus.CANCELLED, clock.now()
    assert ear.last == "done"


def test_an_answer_that_breaks_off_is_taken_back(
    desk: Agent, session: Session, cast: Cast, keyring: Keyring, talk: OpenTalk, house: House
) -> None:
    speaker = Speaker(PIECES, breaks_after=3)
    with Loopback(speaker) as server:
        connect(session, keyring, cast, server)
        house.open_worker()
        olga = talk(cast.olga)
        olga.begin("How is it?")
        with hearing(olga, _words(olga, session)) as ear:
            pass
        run = session.scalars(select(Run)).one()
        until(lambda: has_ended(session, run))
        assert (run.status, run.answer) == (RunStatus.SUCCESS, "".join(PIECES))
    kinds = [kind for _, kind, _ in ear.events]
    assert kinds[-1] == "done"


def test_what_is_new_comes_with_the_words(
    desk: Agent, session: Session, cast: Cast, keyring: Keyring, talk: OpenTalk, house: House
) -> None:
    speaker = Speaker(PIECES, frozenset({2}))
    with Loopback(speaker) as server:
        connect(session, keyring, cast, server)
        house.open_worker()
        olga = talk(cast.olga)
        olga.begin("How is it?")
        poll = POLL.search(olga.page)
        assert poll is not None
        held = html.unescape(poll[1]).partition("?")[2]
        with hearing(olga, _words(olga, session), held=held) as ear:
            until(lambda: "Looking at step" in ear.news)
            olga.do("title", title="Called otherwise")
            until(lambda: "Called otherwise" in ear.news)
            assert "all <strong>is</strong> well." not in ear.news
            speaker.go_on()
        assert ear.last == "done"
        assert ear.events[-1][2].count("chat-by") == 2
        assert "all <strong>is</strong> well." in ear.news
        last = POLL.findall(json.loads(ear.events[-1][2]))[-1]
        assert olga.browser.get(html.unescape(last)).status_code == 204


def test_who_leaves_the_workspace_hears_no_more(
    desk: Agent, session: Session, cast: Cast, keyring: Keyring, talk: OpenTalk, house: House
) -> None:
    speaker = Speaker(PIECES, frozenset({2}))
    with Loopback(speaker) as server:
        connect(session, keyring, cast, server)
        house.open_worker()
        olga = talk(cast.olga)
        olga.begin("How is it?")
        with hearing(olga, _words(olga, session)) as ear:
            until(lambda: ear.text == "Hello dear ")
            with database.writing(session):
                session.delete(session.scalars(_place(cast.olga, desk)).one())
        assert ear.last == "over"
        assert "well" not in ear.text + ear.news
        speaker.go_on()


def _place(person: User, agent: Agent) -> Select[Member]:
    return select(Member).where(
        Member.workspace_id == agent.workspace_id, Member.user_id == person.id
    )


def test_strangers_hear_nothing(desk: Agent, session: Session, cast: Cast, talk: OpenTalk) -> None:
    olga = talk(cast.olga)
    olga.begin("How is it?")
    address = _words(olga, session)
    assert talk(cast.ben).browser.get(address).status_code == 404
    assert talk(cast.dan).browser.get(address).status_code == 404
