"""Who may open a chat: its owner, members it is shared with, and nobody else."""

import io
from collections.abc import Callable

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app import database
from app.accounts.models import Login
from app.agents.models import Agent
from app.audit.models import AuditEvent
from app.chats.models import Access, Chat, ChatAccess, Message, MessageType, Rating, Sitting
from app.chats.replies import say
from app.engine.chat_port import ChatReply
from app.runs.models import Run
from app.workspaces.models import Member
from tests.cast import Cast
from tests.chats.talk import CHATS, Talk
from tests.databases import on_both

OpenTalk = Callable[..., Talk]
HOSTILE = (
    "<script>alert(1)</script> [go](javascript:alert(1)) ![p](https://evil.example/p.png) "
    '<img src=x onerror="alert(1)">'
)


@pytest.fixture
def olga(desk: Agent, cast: Cast, talk: OpenTalk) -> Talk:
    """Olga, who has begun a chat."""
    found = talk(cast.olga)
    found.begin("Which parts are late?")
    return found


def _member(session: Session, cast: Cast, person: object) -> str:
    session.rollback()
    found = select(Member.id).where(
        Member.workspace_id == cast.harbour.id,
        Member.user_id == person.id,  # type: ignore[attr-defined]
    )
    return str(session.scalars(found).one())


@on_both
def test_only_those_it_is_shared_with_may_open_it(
    olga: Talk, session: Session, cast: Cast, talk: OpenTalk
) -> None:
    for person in (cast.ada, cast.ben, cast.cleo, cast.dan):
        assert talk(person).browser.get(olga.at).status_code == 404
    olga.do("access", member=_member(session, cast, cast.cleo), access="write")
    cleo = talk(cast.cleo)
    cleo.at = olga.at
    assert "Which parts are late?" in cleo.page
    assert "Your role may not write" in cleo.page
    assert "Which parts are late?" in cleo.browser.get(CHATS).text
    assert cleo.do("messages", text="Hi", once="x").status_code == 403
    assert cleo.do("deletion").status_code == 403
    assert cleo.do("link", to="open").status_code == 403
    olga.do("access/deletion", member=_member(session, cast, cast.cleo))
    assert cleo.browser.get(olga.at).status_code == 404


@on_both
def test_who_leaves_the_workspace_loses_access(
    olga: Talk, session: Session, cast: Cast, talk: OpenTalk
) -> None:
    olga.do("access", member=_member(session, cast, cast.ben), access="write")
    ben = talk(cast.ben)
    ben.at = olga.at
    assert ben.say("Me too", once="y").status_code == 303
    with database.writing(session):
        session.execute(delete(Member).where(Member.user_id == cast.ben.id))
    assert session.scalars(select(ChatAccess)).all() == []
    assert ben.browser.get(olga.at).status_code == 404


def test_a_reader_reads(olga: Talk, session: Session, cast: Cast, talk: OpenTalk) -> None:
    olga.do("access", member=_member(session, cast, cast.ben), access="read")
    ben = talk(cast.ben)
    ben.at = olga.at
    assert "You read along here" in ben.page
    assert ben.do("messages", text="Hi", once="x").status_code == 403
    assert ben.do("title", title="Mine").status_code == 403
    session.rollback()
    assert session.scalars(select(ChatAccess.access)).one() is Access.READ


def test_the_link_is_off_until_its_owner_opens_it(olga: Talk, cast: Cast, talk: OpenTalk) -> None:
    cleo = talk(cast.cleo).browser
    olga.do("link", to="open")
    assert "Which parts are late?" in cleo.get(olga.at).text
    assert "Which parts are late?" not in cleo.get(CHATS).text
    assert talk(cast.dan).browser.get(olga.at).status_code == 404
    olga.do("link", to="closed")
    assert cleo.get(olga.at).status_code == 404


def test_the_administrator_gets_in_and_is_seen(
    olga: Talk, session: Session, cast: Cast, talk: OpenTalk
) -> None:
    with database.writing(session):
        cast.ada.is_admin = True
    ada = talk(cast.ada)
    ada.at = olga.at
    closed = ada.browser.get(olga.at)
    assert closed.status_code == 403
    assert "Which parts" not in closed.text
    ada.do("administration")
    assert "Which parts are late?" in ada.page
    assert "opened this chat" in olga.page
    session.rollback()
    acts = session.scalars(select(AuditEvent.action)).all()
    assert "chat_opened_by_administrator" in acts


def test_devices_are_for_their_own_person_and_administrators(
    olga: Talk, session: Session, cast: Cast, talk: OpenTalk
) -> None:
    with database.writing(session):
        session.scalars(select(Sitting)).one().device = "Firefox on Linux"
    olga.do("access", member=_member(session, cast, cast.ben), access="read")
    details = f"{olga.at}/details"
    assert "Firefox on Linux" in olga.browser.get(details).text
    assert "Firefox on Linux" not in talk(cast.ben).browser.get(details).text


def test_a_sitting_ends_with_signing_out(olga: Talk, session: Session) -> None:
    sitting = session.scalars(select(Sitting)).one()
    assert sitting.status == "active"
    with database.writing(session):
        login = session.scalars(select(Login).where(Login.id == sitting.login_id)).one()
        login.revoked_at = login.last_seen
    session.expire_all()
    assert session.scalars(select(Sitting)).one().status == "inactive"


def test_nothing_that_is_said_acts(olga: Talk, session: Session) -> None:
    olga.say(HOSTILE, once="h")
    chat, run = session.scalars(select(Chat)).one(), session.scalars(select(Run)).first()
    assert run is not None
    with database.writing(session):
        say(session, chat, run, ChatReply(text=HOSTILE, values={"<b>": HOSTILE}), key="k")
    page = olga.page
    assert "<script>alert" not in page
    assert 'href="javascript' not in page
    assert "<img" not in page
    assert page.count("&lt;script&gt;alert(1)") >= 3


def test_a_thumb_and_a_note_are_kept(olga: Talk, session: Session) -> None:
    chat, run = session.scalars(select(Chat)).one(), session.scalars(select(Run)).one()
    with database.writing(session):
        say(session, chat, run, ChatReply(text="Two."), key="k")
    answer = session.scalars(select(Message.id).where(Message.agent_id.is_not(None))).one()
    for thumb, note in (("up", ""), ("down", "Three are late")):
        assert olga.do(f"messages/{answer}/rating", thumb=thumb, note=note).status_code == 303
    session.rollback()
    rating = session.scalars(select(Rating)).one()
    assert (rating.thumb, rating.note) == ("down", "Three are late")
    olga.do(f"messages/{answer}/rating", thumb="")
    session.rollback()
    assert session.scalars(select(Rating)).all() == []
    asked = session.scalars(select(Message.id).where(Message.user_id.is_not(None))).one()
    assert olga.do(f"messages/{asked}/rating", thumb="up").status_code == 400


def test_it_is_renamed_put_away_found_and_deleted(olga: Talk, session: Session) -> None:
    browser = olga.browser
    olga.do("title", title="Late parts of the week")
    assert "Late parts of the week" in browser.get(f"{CHATS}?q=parts+are").text
    assert "No chat has" in browser.get(f"{CHATS}?q=elephant").text
    olga.do("archival")
    assert "Late parts of the week" not in browser.get(CHATS).text.split("is put away")[-1]
    assert "Late parts of the week" in browser.get(f"{CHATS}?show=archived").text
    olga.do("archival", to="back")
    olga.do("deletion")
    session.rollback()
    assert session.scalars(select(Chat)).all() == []
    assert session.scalars(select(Message)).all() == []
    assert browser.get(olga.at).status_code == 404


def test_an_open_page_is_told_what_is_new_only(olga: Talk, session: Session) -> None:
    chat = session.scalars(select(Chat)).one()
    page = olga.page
    poll = page.split('id="chat-poll"')[1].split('hx-get="')[1].split('"')[0].replace("&amp;", "&")
    assert olga.browser.get(poll).status_code == 204
    run = session.scalars(select(Run)).one()
    with database.writing(session):
        say(session, chat, run, ChatReply(text="Two."), key="k")
    anew = olga.browser.get(poll)
    assert anew.status_code == 200
    assert "Two." in anew.text
    assert "<html" not in anew.text
    assert (
        session.scalars(select(Message.type).where(Message.agent_id.is_not(None))).one()
        is MessageType.TEXT
    )


def test_a_file_goes_with_the_words(olga: Talk, session: Session) -> None:
    sent = olga.say("Look", once="f", files=(io.BytesIO(b"a,b\n1,2\n"), "parts.csv"))
    assert sent.status_code == 303
    session.rollback()
    kinds = [one.type for one in session.scalars(select(Message).order_by(Message.id))]
    assert kinds[-2:] == [MessageType.TEXT, MessageType.FILE]
    assert "parts.csv" in olga.page
