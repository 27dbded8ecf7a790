"""A link from a mail answers once, for one person, and says kindly when it is over."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import database
from app.approvals import answering, asking, tokens
from app.approvals.models import Approval, ApprovalLink, ApprovalStatus
from app.lib import clock
from app.workspaces import membership
from app.workspaces.models import Member
from tests.accounts.browser import Browser
from tests.approvals.asked import TITLE, Desk, given
from tests.cast import Cast


@pytest.fixture
def stranger(client: FlaskClient) -> Browser:
    """A browser that nobody is signed in with."""
    return Browser(client)


def _link(desk: Desk, approval: Approval, person: object) -> str:
    with database.writing(desk.session):
        return f"/answers/{tokens.make_link(desk.session, approval, person)}"  # type: ignore[arg-type]


def _member(session: Session, user: object) -> Member:
    return session.scalars(select(Member).where(Member.user_id == user.id)).one()  # type: ignore[attr-defined]


def test_it_works(desk: Desk, cast: Cast, stranger: Browser) -> None:
    approval = desk.ask(button="Approve and send")
    link = _link(desk, approval, cast.olga)
    for _ in range(3):  # mail programs look, too
        page = stranger.get(link)
        assert page.status_code == 200
        assert page.headers["Cache-Control"] == "no-store"
    for words in (TITLE, "For Olga", "If you approve: “Answer” comes next.", "Approve and send"):
        assert words in page.text
    fields = {"in_v0": "t@post.example", "in_v2": "84", "in_v4": "Voucher"}
    answer = stranger.send(link, link, verdict="approve", asked=approval.argument_hash, **fields)
    assert answer.status_code == 303
    assert desk.reply(approval)["values"]["Paid back to"] == "Voucher"
    assert desk.reply(approval)["by"] == "Olga"
    over = stranger.get(link)
    assert over.status_code == 410
    assert "Thank you, Olga" in over.text
    assert "Olga approved with 2 changes" in over.text


def test_used_twice_counts_once(desk: Desk, cast: Cast, stranger: Browser) -> None:
    approval = desk.ask()
    link = _link(desk, approval, cast.olga)
    page = stranger.get(link).text
    stranger.send(link, link, verdict="refuse", asked=approval.argument_hash)
    token = page.split('name="csrf_token" value="')[1].split('"')[0]
    again = {"verdict": "approve", "asked": approval.argument_hash, "csrf_token": token}
    assert stranger.client.post(link, data=again).status_code == 410
    assert desk.reply(approval)["verdict"] == "refuse"


def test_a_wrong_form_leaves_the_link_good(desk: Desk, cast: Cast, stranger: Browser) -> None:
    approval = desk.ask(may_send_back=True)
    link = _link(desk, approval, cast.olga)
    for fields in (
        {"verdict": "approve", "in_v2": "much", "asked": approval.argument_hash},
        {"verdict": "change", "asked": approval.argument_hash},
        {"verdict": "refuse", "asked": "0" * 64},
    ):
        assert stranger.send(link, link, **fields).status_code == 422
    assert desk.reply(approval) is None
    desk.session.rollback()
    assert desk.session.scalars(select(ApprovalLink)).one().used_at is None
    assert stranger.get(link).status_code == 200


def test_a_form_without_its_token_is_refused(desk: Desk, cast: Cast, stranger: Browser) -> None:
    approval = desk.ask()
    link = _link(desk, approval, cast.olga)
    fields = {"verdict": "approve", "asked": approval.argument_hash}
    assert stranger.client.post(link, data=fields).status_code == 400
    assert desk.reply(approval) is None


def test_an_expired_link_says_what_to_do(
    desk: Desk, cast: Cast, session: Session, stranger: Browser
) -> None:
    approval = desk.ask()
    link = _link(desk, approval, cast.olga)
    page = stranger.get(link).text
    with database.writing(session):
        row = session.scalars(select(ApprovalLink)).one()
        row.expires_at = clock.now() - timedelta(seconds=1)
    over = stranger.get(link)
    assert over.status_code == 410
    assert "Sign in and answer there." in over.text
    token = page.split('name="csrf_token" value="')[1].split('"')[0]
    fields = {"verdict": "approve", "asked": approval.argument_hash, "csrf_token": token}
    assert stranger.client.post(link, data=fields).status_code == 410
    assert desk.reply(approval) is None


def test_somebody_else_has_answered(
    desk: Desk, cast: Cast, session: Session, stranger: Browser
) -> None:
    approval = desk.ask()
    link = _link(desk, approval, cast.olga)
    with database.writing(session):
        answering.answer(session, desk.keyring, approval, by=cast.ben, given=given(approval))
    over = stranger.get(link)
    assert over.status_code == 410
    assert "Ben approved" in over.text
    assert "today, in Harbour &amp; Pine" in over.text


def test_it_is_for_somebody_else_by_now(
    desk: Desk, cast: Cast, session: Session, stranger: Browser
) -> None:
    approval = desk.ask()
    link = _link(desk, approval, cast.olga)
    with database.writing(session):
        ben = _member(session, cast.ben)
        answering.assign(session, approval, to=ben, by=cast.ben)
    assert "It waits for Ben." in stranger.get(link).text
    assert stranger.get(link).status_code == 410


def test_a_person_who_left_cannot_answer(
    desk: Desk, cast: Cast, session: Session, stranger: Browser
) -> None:
    approval = desk.ask()
    link = _link(desk, approval, cast.olga)
    with database.writing(session):
        membership.leave(session, _member(session, cast.olga))
    assert "You may not answer this any more." in stranger.get(link).text


def test_nobody_answered_in_time(
    desk: Desk, cast: Cast, session: Session, stranger: Browser
) -> None:
    approval = desk.ask(due=clock.now() + timedelta(hours=1))
    link = _link(desk, approval, cast.olga)
    with database.writing(session):
        session.get_one(Approval, approval.id).due = clock.now()
        session.flush()
        asking.mark_late(session)
    assert "Nobody answered in time" in stranger.get(link).text
    assert desk.of(approval.run).status is ApprovalStatus.LATE


def test_a_made_up_link_leads_nowhere(stranger: Browser, app: Flask) -> None:
    for token in ("x", "a" * 43, "%00", "ä"):
        answer = stranger.get(f"/answers/{token}")
        assert answer.status_code == 404
        assert "leads nowhere" in answer.text
