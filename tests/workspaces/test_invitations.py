"""Invitations: a link, made by one person and used once by another."""

import re
import uuid
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app import database
from app.accounts.models import User
from app.factory import create_app
from app.lib import clock
from app.settings import Settings
from app.workspaces.models import Invitation, Member
from app.workspaces.roles import Role
from tests.accounts.browser import Browser
from tests.cast import PASSWORD, Cast, sign_in
from tests.databases import on_both
from tests.workspaces.conftest import PEOPLE

INVITATIONS = "/w/harbour-pine/invitations"
LINK = re.compile(r'data-copy="http://127.0.0.1:8000(/invitations/[\w-]+)"')
EVE = {"name": "Eve", "email": "eve@quay.example", "password": PASSWORD}


def invite(browser: Browser, **form: str) -> str:
    """Invite somebody and copy the link."""
    answer = browser.send(PEOPLE, INVITATIONS, **{"role": "viewer", **form})
    assert answer.status_code == 303, answer.text
    found = LINK.search(browser.get(PEOPLE).text)
    assert found
    return found.group(1)


@on_both
def test_a_new_person_joins_with_one_form(
    ada: Browser, stranger: Browser, session: Session, cast: Cast
) -> None:
    link = invite(ada, role="operator")
    page = stranger.get(link).text
    assert "Join Harbour &amp; Pine" in page
    assert "Ada invites you as operator" in page
    answer = stranger.send(link, link, **EVE)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/w/harbour-pine/")
    assert stranger.get(PEOPLE).status_code == 200
    eve = session.scalars(select(User).where(User.email == "eve@quay.example")).one()
    assert not eve.is_admin
    assert session.scalars(select(Member).where(Member.user_id == eve.id)).one().role is (
        Role.OPERATOR
    )


def test_the_link_is_shown_once_with_a_word_about_this_computer(ada: Browser) -> None:
    ada.send(PEOPLE, INVITATIONS, role="viewer")
    page = ada.get(PEOPLE).text
    assert LINK.search(page)
    assert "This link works on this computer only" in page
    assert not LINK.search(ada.get(PEOPLE).text)
    assert "Whoever has the link" in ada.get(PEOPLE).text


def test_a_public_address_needs_no_warning(
    settings: Settings, session: Session, cast: Cast
) -> None:
    app = create_app(replace(settings, public_url="http://agents.lan:8000"))
    ada = Browser(sign_in(app.test_client(), session, cast.ada))
    ada.send(PEOPLE, INVITATIONS, role="viewer")
    page = ada.get(PEOPLE).text
    assert "http://agents.lan:8000/invitations/" in page
    assert "works on this computer only" not in page


def test_a_signed_in_person_joins_with_one_button(
    ada: Browser, dan: Browser, session: Session, cast: Cast
) -> None:
    link = invite(ada)
    assert 'name="password"' not in dan.get(link).text
    assert dan.send(link, f"{link}/acceptance").headers["Location"] == "/w/harbour-pine/"
    assert dan.get(PEOPLE).status_code == 200
    assert dan.send("/account", f"{link}/acceptance").status_code == 404


def test_who_has_an_account_signs_in_and_comes_back(ada: Browser, stranger: Browser) -> None:
    link = invite(ada)
    assert f'href="/sign-in?next={link}"' in stranger.get(link).text
    taken = stranger.send(link, link, **{**EVE, "email": "Dan@harbour.example"})
    assert taken.status_code == 422
    assert "There is an account with this address already." in taken.text


def test_an_invitation_works_once(ada: Browser, stranger: Browser, dan: Browser) -> None:
    link = invite(ada)
    stranger.send(link, link, **EVE)
    assert dan.get(link).status_code == 404
    assert dan.send("/account", f"{link}/acceptance").status_code == 404


def test_looking_does_not_use_it_up(ada: Browser, stranger: Browser) -> None:
    link = invite(ada)
    for _ in range(3):
        assert stranger.get(link).status_code == 200
    assert stranger.send(link, link, **EVE).status_code == 303


def test_an_invitation_with_an_address_is_for_this_person(
    ada: Browser, dan: Browser, stranger: Browser
) -> None:
    link = invite(ada, email="Eve@Quay.example")
    refused = dan.send(link, f"{link}/acceptance")
    assert refused.status_code == 422
    assert "This invitation is for eve@quay.example" in refused.text
    other = stranger.send(link, link, **{**EVE, "email": "mallory@quay.example"})
    assert other.status_code == 422
    assert not stranger.is_signed_in
    assert stranger.send(link, link, **EVE).status_code == 303


def test_a_wrong_form_comes_back(ada: Browser, stranger: Browser) -> None:
    link = invite(ada)
    answer = stranger.send(link, link, **{**EVE, "password": "short"})
    assert answer.status_code == 422
    assert 'value="eve@quay.example"' in answer.text
    refused = ada.send(PEOPLE, INVITATIONS, role="viewer", email="not an address")
    assert refused.status_code == 422
    assert 'value="not an address"' in refused.text


@pytest.mark.parametrize("role", ["owner", "emperor"])
def test_nobody_invites_above_themselves(ada: Browser, session: Session, role: str) -> None:
    assert ada.send(PEOPLE, INVITATIONS, role=role).status_code == 422
    assert session.scalars(select(Invitation)).all() == []


def test_who_is_here_is_not_invited_again(ada: Browser, ben: Browser) -> None:
    refused = ada.send(PEOPLE, INVITATIONS, role="viewer", email="ben@harbour.example")
    assert "This person is already here." in refused.text
    link = invite(ada)
    again = ben.send(link, f"{link}/acceptance")
    assert (again.status_code, "You are already here." in again.text) == (422, True)


def test_a_builder_may_not_invite(ben: Browser) -> None:
    assert ben.send(PEOPLE, INVITATIONS, role="viewer").status_code == 403


def test_an_invitation_can_be_taken_back(ada: Browser, stranger: Browser, session: Session) -> None:
    link = invite(ada)
    row = session.scalars(select(Invitation)).one()
    assert ada.send(PEOPLE, f"{INVITATIONS}/{row.id}/revocation").status_code == 303
    assert stranger.get(link).status_code == 404
    assert "Open invitations" not in ada.get(PEOPLE).text


def test_another_workspace_gets_404(ada: Browser, dan: Browser, session: Session) -> None:
    link = invite(ada)
    row = session.scalars(select(Invitation)).one()
    theirs = f"/w/elsewhere/invitations/{row.id}/revocation"
    assert dan.send("/account", theirs).status_code == 404
    assert (
        dan.send("/account", f"/w/elsewhere/invitations/{uuid.uuid4()}/revocation").status_code
        == 404
    )
    assert dan.get(link).status_code == 200


def test_an_invitation_expires(ada: Browser, stranger: Browser, session: Session) -> None:
    link = invite(ada)
    row = session.scalars(select(Invitation)).one()
    assert row.expires_at - row.created_at > timedelta(days=6)
    with database.writing(session):
        session.execute(update(Invitation).values(expires_at=clock.now()))
    assert stranger.get(link).status_code == 404
    assert stranger.send("/sign-in", link, **EVE).status_code == 404


def test_who_is_removed_takes_their_invitations_along(
    ada: Browser, ben: Browser, stranger: Browser, session: Session, cast: Cast
) -> None:
    with database.writing(session):
        place = session.scalars(select(Member).where(Member.user_id == cast.ben.id)).one()
        place.role = Role.ADMIN
    link = invite(ben)
    ada.send(PEOPLE, f"{PEOPLE}/{place.id}/removal")
    assert stranger.get(link).status_code == 404


def test_the_database_holds_the_hash_alone(ada: Browser, session: Session) -> None:
    token = invite(ada).rsplit("/", 1)[1]
    row = session.scalars(select(Invitation)).one()
    assert token not in repr(vars(row))
