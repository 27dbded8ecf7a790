"""The bell, the list of notices, and what comes by mail."""

from collections.abc import Callable

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.notices.models import NoticeChoice, NoticeCopy
from tests.accounts.browser import Browser
from tests.cast import Cast
from tests.notices.conftest import Tell

NOTICES = "/w/harbour-pine/notices"
Open = Callable[..., Browser]


def copy_of(session: Session, person: object) -> NoticeCopy:
    session.rollback()
    found = select(NoticeCopy).where(NoticeCopy.user_id == person.id)  # type: ignore[attr-defined]
    return session.scalars(found).unique().one()


def test_it_works(session: Session, cast: Cast, browser_of: Open, tell_one: Tell) -> None:
    ada = browser_of(cast.ada)
    assert "Nothing to tell" in ada.get(NOTICES).text
    tell_one(text="<b>It refused</b> the password.")
    page = ada.get("/w/harbour-pine/").text
    assert '<span class="count you">1<span class="sr"> unread</span>' in page
    page = ada.get(NOTICES).text
    assert "The mailbox does not answer" in page
    assert "&lt;b&gt;It refused&lt;/b&gt;" in page
    address = f"{NOTICES}/{copy_of(session, cast.ada).notice_id}/reading"
    answer = ada.send(NOTICES, address, open="1")
    assert answer.headers["Location"] == "/w/harbour-pine/agents"
    assert copy_of(session, cast.ada).seen_at is not None
    assert "unread" not in ada.get("/w/harbour-pine/").text


def test_all_are_marked_at_once(
    session: Session, cast: Cast, browser_of: Open, tell_one: Tell
) -> None:
    tell_one(key="a", to=[cast.cleo.id, cast.ada.id])
    tell_one(key="b", to=[cast.cleo.id])
    cleo = browser_of(cast.cleo)
    assert cleo.send(NOTICES, f"{NOTICES}/reading").status_code == 303
    session.rollback()
    unseen = session.scalars(select(NoticeCopy).where(NoticeCopy.seen_at.is_(None))).unique().all()
    assert [copy.user_id for copy in unseen] == [cast.ada.id]
    assert all(copy.mail_due for copy in unseen)


def test_nobody_sees_what_others_were_told(
    session: Session, cast: Cast, browser_of: Open, tell_one: Tell
) -> None:
    tell_one()
    notice_id = copy_of(session, cast.ada).notice_id
    cleo, dan = browser_of(cast.cleo), browser_of(cast.dan)
    assert "The mailbox" not in cleo.get(NOTICES).text
    assert cleo.send("/account/notices", f"{NOTICES}/{notice_id}/reading").status_code == 404
    assert dan.get(NOTICES).status_code == 404
    elsewhere = f"/w/elsewhere/notices/{notice_id}/reading"
    assert dan.send("/account/notices", elsewhere).status_code == 404
    assert copy_of(session, cast.ada).seen_at is None


def test_the_list_is_searched_narrowed_and_paged(
    session: Session, cast: Cast, browser_of: Open, tell_one: Tell
) -> None:
    for number in range(32):
        tell_one(key=f"thing {number}", subject=f"Thing {number:02d}")
    ada = browser_of(cast.ada)
    first = ada.get(NOTICES).text
    assert "Thing 31" in first
    assert "Thing 01" not in first
    older = first.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0]
    assert "Thing 01" in ada.get(older.replace("&amp;", "&")).text
    assert "Thing 07" in ada.get(f"{NOTICES}?q=thing+07").text
    assert "No notices like that" in ada.get(f"{NOTICES}?kind=run_failed").text
    ada.send(NOTICES, f"{NOTICES}/reading")
    assert "No notices like that" in ada.get(f"{NOTICES}?show=new").text


def test_what_comes_by_mail_is_chosen(session: Session, cast: Cast, browser_of: Open) -> None:
    olga = browser_of(cast.olga)
    page = olga.get("/account/notices").text
    assert page.count("checked") == 9
    assert "/account/notices" in olga.get("/account").text
    sent = olga.send("/account/notices", "/account/notices", kinds="run_failed")
    assert sent.status_code == 303
    off = session.scalars(
        select(NoticeChoice.kind).where(NoticeChoice.user_id == cast.olga.id)
    ).all()
    assert len(off) == 8
    assert "run_failed" not in off
    assert olga.get("/account/notices").text.count("checked") == 1


def test_a_wrong_form_comes_back(cast: Cast, browser_of: Open) -> None:
    olga = browser_of(cast.olga)
    answer = olga.send("/account/notices", "/account/notices", kinds="everything")
    assert answer.status_code == 422
