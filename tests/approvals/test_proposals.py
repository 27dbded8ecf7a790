"""A question of a rehearsed proposal names the proposal: no agent has that flow yet."""

import uuid

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app import database
from app.approvals import mailing
from app.approvals.models import Approval
from app.attention import kinds
from app.engine.states import RunMode
from app.mail import outbox
from app.mail.models import Mail
from app.notices.mailing import Post
from app.notices.models import Notice
from app.runs.models import Run
from app.vault.keys import Keyring
from app.workspaces.models import Member
from tests.accounts.browser import Browser
from tests.approvals.asked import Desk
from tests.cast import Cast
from tests.runs.conftest import OpenBrowser

INBOX = "/w/harbour-pine/approvals"
ASKER = "Rehearsal of the proposal “Sort enquiries”"
HIDDEN = "Enquiry desk 1"


@pytest.fixture
def question(desk: Desk, session: Session) -> Approval:
    """Asked by the run of a proposal that is called “Sort enquiries”."""
    approval = desk.ask(deadline="hours")
    with database.writing(session):
        run = session.get_one(Run, approval.run_id)
        run.mode, run.trigger_id = RunMode.REHEARSAL, uuid.uuid4()
        run.trigger_words = "The proposal “Sort enquiries”"
        session.get_one(Approval, approval.id).is_rehearsal = True
    return approval


def test_the_pages_name_it(question: Approval, cast: Cast, browser: OpenBrowser) -> None:
    olga = browser(cast.olga)
    for address in (INBOX, f"{INBOX}/{question.id}", f"{INBOX}?q=sort enquiries"):
        page = olga.get(address).text
        assert ASKER in page
        assert HIDDEN not in page


def test_attention_names_it(question: Approval, session: Session, cast: Cast) -> None:
    member = session.query(Member).filter_by(user_id=cast.olga.id).one()
    asked = [one for kind in kinds.KINDS for one in kind.read(session, member, question.created_at)]
    found = [one.title for one in asked]
    assert found == [f"{ASKER} asks for an approval"]


def test_the_mail_and_its_page_name_it(
    question: Approval, session: Session, keyring: Keyring, client: FlaskClient
) -> None:
    post = Post(keyring=keyring, public_url="https://lamp.harbour.example")
    mailing.tell_due(database.session_factory(session.get_bind()), post)
    session.rollback()
    text = outbox.text_of(keyring, session.query(Mail).first())
    assert f"{ASKER} in Harbour & Pine asks:" in text
    assert f"{ASKER} goes on when" in session.query(Notice).one().text
    address = text.partition("https://lamp.harbour.example")[2].split()[0]
    assert ASKER in Browser(client).get(address).text


def test_any_other_question_names_its_agent(desk: Desk, cast: Cast, browser: OpenBrowser) -> None:
    approval = desk.ask()
    for address in (INBOX, f"{INBOX}/{approval.id}"):
        assert HIDDEN in browser(cast.olga).get(address).text
