"""People hear of a question once, with a link of their own, and once more before its deadline."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import database
from app.approvals import answering, mailing
from app.approvals.models import ApprovalLink
from app.lib import clock
from app.mail import outbox
from app.mail.models import Mail
from app.notices.mailing import Post
from app.notices.models import Notice, NoticeCopy
from app.vault.keys import Keyring
from app.workspaces.models import Member
from tests.approvals.asked import TITLE, Desk, given
from tests.cast import Cast
from tests.databases import on_both
from tests.runs.conftest import OpenBrowser

PUBLIC_URL = "https://lamp.harbour.example"


@pytest.fixture
def post(keyring: Keyring) -> Post:
    """What mails are made with."""
    return Post(keyring=keyring, public_url=PUBLIC_URL)


def _tell(session: Session, post: Post) -> int:
    return mailing.tell_due(database.session_factory(session.get_bind()), post)


def _mails(session: Session) -> list[Mail]:
    session.rollback()
    return list(session.scalars(select(Mail).order_by(Mail.id)))


@on_both
def test_everybody_who_may_answer_gets_a_link_once(
    desk: Desk, session: Session, keyring: Keyring, post: Post
) -> None:
    desk.ask(deadline="hours", when_late="refuse")
    assert _tell(session, post) == 1
    assert _tell(session, post) == 0
    mails = _mails(session)
    assert sorted(mail.recipients[0] for mail in mails) == [
        "ada@harbour.example",
        "ben@harbour.example",
        "olga@harbour.example",
    ]
    text = outbox.text_of(keyring, mails[0])
    assert mails[0].subject == f"Your answer is needed: {TITLE}"
    for words in (
        "Enquiry desk 1 in Harbour & Pine asks:",
        "- Refund: 84",
        "The customer reported a crack",
        "- Order: 48190, paid €84.00",
        "- If you approve: “Answer” comes next.",
        "- If you refuse: nothing more is done on this way.",
        "Then it counts as refused.",
        "works once",
    ):
        assert words in text
    links = {re.findall(rf"{PUBLIC_URL}/answers/\S+", outbox.text_of(keyring, m))[0] for m in mails}
    assert len(links) == 3


def test_only_the_people_it_is_for(desk: Desk, session: Session, post: Post) -> None:
    approval = desk.ask(who="people", people="ben@harbour.example", deadline="hours")
    _tell(session, post)
    assert [mail.recipients for mail in _mails(session)] == [["ben@harbour.example"]]
    link = session.scalars(select(ApprovalLink)).one()
    session.refresh(approval)
    assert link.expires_at == approval.due


def test_a_reminder_comes_once(desk: Desk, session: Session, keyring: Keyring, post: Post) -> None:
    approval = desk.ask(who="people", people="ben@harbour.example", deadline="hours", within=2)
    _tell(session, post)
    session.rollback()
    session.refresh(approval)
    assert approval.tell_at == approval.remind_at
    with database.writing(session):
        session.get_one(type(approval), approval.id).tell_at = clock.now() - timedelta(seconds=1)
    assert (_tell(session, post), _tell(session, post)) == (1, 0)
    mails = _mails(session)
    assert [mail.subject for mail in mails] == [
        f"Your answer is needed: {TITLE}",
        f"Still waiting for you: {TITLE}",
    ]
    assert "nobody answers in time" in outbox.text_of(keyring, mails[1])


def test_nobody_is_told_of_what_is_answered(
    desk: Desk, session: Session, post: Post, cast: Cast
) -> None:
    approval = desk.ask()
    with database.writing(session):
        answering.answer(session, desk.keyring, approval, by=cast.olga, given=given(approval))
    assert _tell(session, post) == 0
    assert _mails(session) == []


def test_without_mail_it_is_told_in_the_app(
    desk: Desk, session: Session, post: Post, cast: Cast
) -> None:
    approval = desk.ask(by_mail=False, who="people", people="olga@harbour.example")
    _tell(session, post)
    assert _mails(session) == []
    notice = session.scalars(select(Notice)).one()
    assert notice.subject == f"Your answer is needed: {TITLE}"
    copy = session.scalars(select(NoticeCopy)).one()
    assert (copy.mail_due, copy.seen_at) == (None, None)
    with database.writing(session):
        answering.answer(session, desk.keyring, approval, by=cast.olga, given=given(approval))
    session.refresh(copy)
    assert copy.seen_at is not None  # nobody is called for what is answered


def test_nobody_else_reads_the_link_in_the_outbox(
    desk: Desk, session: Session, post: Post, cast: Cast, browser: OpenBrowser
) -> None:
    desk.ask(who="people", people="ada@harbour.example, olga@harbour.example")
    _tell(session, post)
    pages = {
        mail.recipients[0]: browser(cast.ada).get(f"/w/harbour-pine/outbox/{mail.id}").text
        for mail in _mails(session)
    }
    assert f"{PUBLIC_URL}/answers/" in pages["ada@harbour.example"]
    assert "/answers/" not in pages["olga@harbour.example"]
    assert "alone can answer" in pages["olga@harbour.example"]


def test_whoever_it_is_given_to_gets_a_link(
    desk: Desk, session: Session, post: Post, cast: Cast
) -> None:
    approval = desk.ask(by_mail=False)
    _tell(session, post)
    ben = session.scalars(select(Member).where(Member.user_id == cast.ben.id)).one()
    with database.writing(session):
        answering.assign(session, approval, to=ben, by=cast.olga)
    _tell(session, post)
    assert [mail.recipients for mail in _mails(session)] == [["ben@harbour.example"]]
