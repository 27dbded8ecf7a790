"""The inbox and its questions: for each role, on paper and with wrong words in the form."""

import re
from html import unescape

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import database
from app.approvals import answering, times
from app.approvals.models import Approval, ApprovalStatus
from app.engine.states import Reason, RunStatus
from app.runs.models import Run
from tests.approvals.asked import LETTER, TITLE, Desk, given, in_hours
from tests.cast import Cast
from tests.runs.conftest import OpenBrowser

INBOX = "/w/harbour-pine/approvals"
AS_HTMX = {"HX-Request": "true"}
QUESTIONS = [
    {"label": "How much", "key": "amount", "kind": "number", "required": True},
    {"label": "Words", "key": "words", "kind": "long_text"},
]


def _as_proposed(**more: str) -> dict[str, str]:
    return {
        "in_v0": "tobias@post.example",
        "in_v1": LETTER.replace("\n", "\r\n"),
        "in_v2": "84",
        "in_v4": "Card ending 4417",
        **more,
    }


def test_the_list_stands_under_its_deadlines(desk: Desk, cast: Cast, browser: OpenBrowser) -> None:
    desk.ask(due=in_hours(24 * 30), title="Change 17 prices")
    desk.ask(title="Add an invoice of €12,480.50")
    page = browser(cast.olga).get(INBOX).text
    assert page.index("Change 17 prices") < page.index("Add an invoice")
    for words in ("Later", "No deadline", "2 waiting", "Enquiry desk 1"):
        assert words in page
    assert '<span class="count you">2<' in page
    found = browser(cast.olga).get(f"{INBOX}?q=12,480").text
    assert "Add an invoice" in found
    assert "Change 17" not in found
    assert "No open question has" in browser(cast.olga).get(f"{INBOX}?q=elephant").text


@pytest.fixture
def one_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    """The minute does not change under the test: the list is anew in each."""
    monkeypatch.setattr(times, "minute", lambda: 0)


def _poll_of(page: str) -> str:
    """What the open list asks next."""
    found = re.search(r'id="inbox-poll".*?hx-get="([^"]+)"', page)
    assert found is not None
    return unescape(found[1])


def test_the_open_list_is_told_what_is_new_only(
    desk: Desk, cast: Cast, browser: OpenBrowser, session: Session, one_minute: None
) -> None:
    approval = desk.ask()
    olga = browser(cast.olga)
    poll = _poll_of(olga.get(f"{INBOX}/{approval.id}").text)
    for _ in range(2):
        assert olga.get(poll, **AS_HTMX).status_code == 204
    desk.ask(title="Change 17 prices")
    anew = olga.get(poll, **AS_HTMX)
    assert "Change 17 prices" in anew.text
    assert "<html" not in anew.text
    assert 'name="in_v2"' not in anew.text  # what somebody types is left alone
    assert olga.get(_poll_of(anew.text), **AS_HTMX).status_code == 204
    with database.writing(session):
        answering.answer(session, desk.keyring, approval, by=cast.ben, given=given(approval))
    told = olga.get(_poll_of(anew.text), **AS_HTMX).text
    assert f"“{TITLE}” is not open any more." in told
    assert olga.get(_poll_of(told), **AS_HTMX).status_code == 204
    assert browser(cast.dan).get(poll, **AS_HTMX).status_code == 404


def test_an_empty_inbox_opens_when_something_comes(
    desk: Desk, cast: Cast, browser: OpenBrowser, one_minute: None
) -> None:
    olga = browser(cast.olga)
    poll = _poll_of(olga.get(INBOX).text)
    assert olga.get(poll, **AS_HTMX).status_code == 204
    desk.ask()
    assert olga.get(poll, **AS_HTMX).headers["HX-Redirect"] == INBOX


def test_nothing_waits(desk: Desk, cast: Cast, browser: OpenBrowser) -> None:
    assert "Nothing waits for an answer" in browser(cast.olga).get(INBOX).text
    assert "Nothing answered yet" in browser(cast.olga).get(f"{INBOX}/answered").text


def test_it_works(desk: Desk, cast: Cast, session: Session, browser: OpenBrowser) -> None:
    approval = desk.ask(button="Approve and send", deadline="hours", when_late="refuse")
    here = f"{INBOX}/{approval.id}"
    page = browser(cast.olga).get(here).text
    for words in (
        TITLE,
        "Answer by",
        "Then it counts as refused.",
        "Approve and send",
        "48190, paid €84.00",
        "Voucher",
        'name="in_v2"',
    ):
        assert words in page
    fields = _as_proposed(in_v2="42", in_v3="on", verdict="approve")
    answer = browser(cast.olga).send(here, f"{here}/answer", asked=approval.argument_hash, **fields)
    assert answer.status_code == 303
    reply = desk.reply(approval)
    assert reply["values"] == {
        "To": "tobias@post.example",
        "Message": LETTER,
        "Refund": 42,
        "Gift": True,
        "Paid back to": "Card ending 4417",
    }
    listed = browser(cast.cleo).get(f"{INBOX}/answered").text
    for words in (TITLE, "Approved", "2 changes", "Olga"):
        assert words in listed
    assert "Olga approved with 2 changes" in browser(cast.cleo).get(here).text


def test_a_viewer_may_not(desk: Desk, cast: Cast, browser: OpenBrowser) -> None:
    approval = desk.ask()
    page = browser(cast.cleo).get(f"{INBOX}/{approval.id}").text
    assert TITLE in page
    assert 'name="verdict"' not in page
    assert "It waits for Ada or Ben or Olga." in page
    assert not re.search(r"<span>Approvals</span><span class=\"count", page)


def test_it_waits_for_others(desk: Desk, cast: Cast, browser: OpenBrowser) -> None:
    approval = desk.ask(who="people", people="ben@harbour.example")
    here = f"{INBOX}/{approval.id}"
    page = browser(cast.olga).get(here).text
    assert "It waits for Ben." in page
    assert 'name="verdict"' not in page
    assert not re.search(r"<span>Approvals</span><span class=\"count", page)
    page = browser(cast.ben).get(here).text
    assert '<span class="count you">1<' in page


def test_another_workspace_gets_404(desk: Desk, cast: Cast, browser: OpenBrowser) -> None:
    approval = desk.ask()
    dan = browser(cast.dan)
    for address in (INBOX, f"{INBOX}/{approval.id}", f"{INBOX}/answered"):
        assert dan.get(address).status_code == 404
        elsewhere = address.replace("harbour-pine", "elsewhere")
        assert dan.get(elsewhere).status_code == (404 if str(approval.id) in address else 200)


def test_a_wrong_form_comes_back(desk: Desk, cast: Cast, browser: OpenBrowser) -> None:
    approval = desk.ask(may_send_back=True)
    here = f"{INBOX}/{approval.id}"
    olga = browser(cast.olga)
    fields = _as_proposed(in_v0="somebody@else.example", in_v2="much", asked=approval.argument_hash)
    answer = olga.send(here, f"{here}/answer", verdict="approve", **fields)
    assert answer.status_code == 422
    assert "It must be a number." in answer.text
    assert "somebody@else.example" in answer.text
    answer = olga.send(here, f"{here}/answer", verdict="change", **fields)
    assert answer.status_code == 422
    assert "Say what should change." in answer.text
    answer = olga.send(here, f"{here}/answer", verdict="maybe", **fields)
    assert answer.status_code == 422
    answer = olga.send(here, f"{here}/answer", verdict="approve", **_as_proposed(asked="0" * 64))
    assert answer.status_code == 422
    assert "Something else is asked by now" in answer.text
    assert desk.reply(approval) is None


def test_a_form_is_answered(desk: Desk, cast: Cast, browser: OpenBrowser) -> None:
    approval = desk.ask(kind="form", questions=QUESTIONS)
    here = f"{INBOX}/{approval.id}"
    asked = {"asked": approval.argument_hash, "verdict": "answer"}
    olga = browser(cast.olga)
    wrong = olga.send(here, f"{here}/answer", in_words="All of it", **asked)
    assert wrong.status_code == 422
    assert "All of it" in wrong.text
    answer = olga.send(here, f"{here}/answer", in_amount="12,5", in_words="Half", **asked)
    assert answer.status_code == 303
    assert desk.reply(approval)["answers"] == {"amount": 12.5, "words": "Half"}


def test_values_that_may_not_be_changed_are_only_shown(
    desk: Desk, cast: Cast, browser: OpenBrowser
) -> None:
    approval = desk.ask(may_change=False)
    here = f"{INBOX}/{approval.id}"
    olga = browser(cast.olga)
    assert 'name="in_v0"' not in olga.get(here).text
    olga.send(here, f"{here}/answer", verdict="approve", asked=approval.argument_hash, in_v2="1")
    assert desk.reply(approval)["values"] == {}


def test_somebody_was_first(desk: Desk, cast: Cast, session: Session, browser: OpenBrowser) -> None:
    approval = desk.ask()
    here = f"{INBOX}/{approval.id}"
    olga = browser(cast.olga)
    token = re.search(r'name="csrf_token" value="([^"]+)"', olga.get(here).text)
    assert token
    with database.writing(session):
        answering.answer(
            session, desk.keyring, approval, by=cast.ben, given=given(approval, "refuse")
        )
    fields = _as_proposed(verdict="approve", asked=approval.argument_hash, csrf_token=token[1])
    answer = olga.client.post(f"{here}/answer", data=fields, follow_redirects=True)
    assert "It was closed before your answer came." in answer.text
    assert "Ben refused" in answer.text


def test_it_is_given_to_somebody(desk: Desk, cast: Cast, browser: OpenBrowser) -> None:
    approval = desk.ask()
    here = f"{INBOX}/{approval.id}"
    page = browser(cast.olga).get(here).text
    found = re.search(r'name="to" value="([^"]+)"><span>Ben<', page)
    assert found
    answer = browser(cast.olga).send(here, f"{here}/assignment", to=found[1])
    assert answer.status_code == 303
    assert "It waits for Ben." in browser(cast.olga).get(here).text
    assert "It was given to you." in browser(cast.ben).get(here).text
    for wrong in ("nobody", str(approval.id)):
        assert browser(cast.ben).send(here, f"{here}/assignment", to=wrong).status_code == 404


def test_runs_that_were_cut_off_stand_in_the_inbox(
    desk: Desk, cast: Cast, session: Session, browser: OpenBrowser
) -> None:
    approval = desk.ask()
    with database.writing(session):
        run = session.get_one(Run, approval.run_id)
        run.status, run.reason = RunStatus.WAITING, Reason.NEEDS_YOU
    page = browser(cast.olga).get(INBOX).text
    assert "Find out whether a step was done" in page
    assert f"/runs/{run.id}" in page


def test_cancelling_the_run_takes_the_question_back(
    desk: Desk, cast: Cast, session: Session, browser: OpenBrowser
) -> None:
    approval = desk.ask()
    here = f"/w/harbour-pine/runs/{approval.run_id}"
    assert browser(cast.olga).send(here, f"{here}/cancellation").status_code == 303
    assert desk.of(approval.run).status is ApprovalStatus.WITHDRAWN
    page = browser(cast.olga).get(f"{INBOX}/{approval.id}").text
    assert "The run ended before anybody answered" in page


def test_the_page_of_the_run_leads_to_the_question(
    desk: Desk, cast: Cast, browser: OpenBrowser
) -> None:
    approval = desk.ask()
    page = browser(cast.cleo).get(f"/w/harbour-pine/runs/{approval.run_id}").text
    assert "Waits for approval" in page
    assert f"{INBOX}/{approval.id}" in page
    assert TITLE in page


def test_pages_of_a_long_list(
    desk: Desk, cast: Cast, session: Session, browser: OpenBrowser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.approvals.inbox.PAGE_SIZE", 2)
    for number in range(3):
        desk.ask(title=f"Question {number}")
    first = browser(cast.olga).get(INBOX).text
    found = re.search(r'href="([^"]+after=[^"]+)"', first)
    assert found
    assert "Question 2" not in first
    second = browser(cast.olga).get(found[1].replace("&amp;", "&")).text
    assert "Question 2" in second
    assert "Question 0" not in second
    with database.writing(session):
        for approval in session.scalars(select(Approval)):
            approval.status, approval.ended_at = ApprovalStatus.REFUSED, in_hours(-1)
    first = browser(cast.olga).get(f"{INBOX}/answered").text
    found = re.search(r'href="([^"]+after=[^"]+)"', first)
    assert found
    assert "Question 0" in browser(cast.olga).get(found[1].replace("&amp;", "&")).text


def test_a_stranger_is_asked_to_sign_in(client: FlaskClient, desk: Desk) -> None:
    approval = desk.ask()
    assert "/sign-in" in client.get(f"{INBOX}/{approval.id}").headers["Location"]
