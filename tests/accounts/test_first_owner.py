"""The first person comes with a link that works once."""

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app import database
from app.accounts.first_owner import first_owner_address
from app.accounts.models import Token, User
from app.lib import clock
from app.workspaces.models import Member, Workspace
from app.workspaces.roles import Role
from tests.accounts.browser import Browser
from tests.accounts.conftest import SIGN_UP
from tests.databases import on_both


@on_both
def test_one_form_makes_the_account_the_workspace_and_signs_in(
    browser: Browser, session: Session
) -> None:
    address = first_owner_address(session, public_url="")
    assert browser.send(address, address, **SIGN_UP).status_code == 303
    assert browser.is_signed_in
    ada = session.scalars(select(User)).one()
    assert (ada.email, ada.is_admin) == ("ada@harbour.example", True)
    workspace = session.scalars(select(Workspace)).one()
    assert workspace.timezone == ada.timezone == "Europe/Oslo"
    assert (workspace.slug, workspace.owner_id) == ("harbour-pine", ada.id)
    assert session.scalars(select(Member)).one().role is Role.OWNER


def test_a_time_zone_that_nobody_knows_becomes_utc(browser: Browser, session: Session) -> None:
    address = first_owner_address(session, public_url="")
    browser.send(address, address, **{**SIGN_UP, "timezone": "Mars/Olympus"})
    assert session.scalars(select(User)).one().timezone == "UTC"


def test_an_address_of_a_company_network_is_taken(browser: Browser, session: Session) -> None:
    address = first_owner_address(session, public_url="")
    sent = browser.send(address, address, **{**SIGN_UP, "email": "ada@harbour.local"})
    assert sent.status_code == 303
    assert session.scalars(select(User.email)).one() == "ada@harbour.local"


def test_the_address_begins_with_the_public_one(session: Session) -> None:
    address = first_owner_address(session, public_url="https://agents.example.org")
    assert address.startswith("https://agents.example.org/sign-up/")


def test_looking_does_not_use_the_link_up(browser: Browser, session: Session) -> None:
    address = first_owner_address(session, public_url="")
    for _ in range(3):
        assert browser.get(address).status_code == 200
    assert browser.send(address, address, **SIGN_UP).status_code == 303


def test_the_link_works_once(browser: Browser, phone: Browser, session: Session) -> None:
    address = first_owner_address(session, public_url="")
    phone.get(address)
    browser.send(address, address, **SIGN_UP)
    again = phone.send("/sign-in", address, **{**SIGN_UP, "email": "eve@elsewhere.example"})
    assert again.status_code == 404
    assert "does not work any more" in again.text
    assert len(session.scalars(select(User)).all()) == 1


def test_a_newer_link_closes_the_older_one(browser: Browser, session: Session) -> None:
    older = first_owner_address(session, public_url="")
    newer = first_owner_address(session, public_url="")
    assert browser.get(older).status_code == 404
    assert browser.get(newer).status_code == 200


def test_an_old_link_is_closed(browser: Browser, session: Session) -> None:
    address = first_owner_address(session, public_url="")
    with database.writing(session):
        session.execute(update(Token).values(expires_at=clock.now()))
    assert browser.get(address).status_code == 404


@pytest.mark.usefixtures("ada")
def test_there_is_no_link_once_somebody_has_an_account(session: Session) -> None:
    assert first_owner_address(session, public_url="") is None


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"name": " "}, "Tell us what to call you."),
        ({"email": "ada"}, "This does not look like an e-mail address."),
        ({"password": "short"}, "Use at least 12 characters."),
        ({"password": "password12345"}, "Many people use this password."),
        ({"password": "harbour-pine-ada"}, "This is mostly your name"),
        ({"workspace": ""}, "Give the workspace a name."),
        ({"workspace": "x" * 81}, "Use at most 80 characters."),
    ],
)
def test_a_wrong_form_comes_back_with_the_words_kept(
    browser: Browser, session: Session, wrong: dict[str, str], said: str
) -> None:
    address = first_owner_address(session, public_url="")
    answer = browser.send(address, address, **{**SIGN_UP, **wrong})
    assert answer.status_code == 422
    assert said in answer.text
    kept = "Ada" if "name" not in wrong else "ada@harbour.example"
    assert f'value="{kept}"' in answer.text
    assert SIGN_UP["password"] not in answer.text
    assert session.scalars(select(User)).all() == []
