"""The account page: what a person may change about themselves."""

import pytest
from sqlalchemy.orm import Session

from app.accounts.attempts import MAX_PER_ACCOUNT_AND_ADDRESS
from app.accounts.models import Theme, User
from app.audit.models import AuditEvent
from tests.accounts.browser import Browser
from tests.cast import PASSWORD

NEW = "seven herons over a quiet mill"
PROFILE = {"name": "Ada Berg", "timezone": "Europe/Lisbon", "locale": "en", "theme": "dark"}


def test_a_profile_is_saved_and_shown_at_once(
    ada_here: Browser, ada: User, session: Session
) -> None:
    assert ada_here.send("/account", "/account/profile", **PROFILE).status_code == 303
    page = ada_here.get("/account").text
    assert 'data-theme="dark"' in page
    assert 'value="Ada Berg"' in page
    session.rollback()
    assert (ada.name, ada.timezone, ada.theme) == ("Ada Berg", "Europe/Lisbon", Theme.DARK)


@pytest.mark.parametrize(
    "wrong", [{"name": ""}, {"timezone": "Mars/Olympus"}, {"theme": "neon"}, {"locale": "xx"}]
)
def test_a_wrong_profile_comes_back(
    ada_here: Browser, ada: User, session: Session, wrong: dict[str, str]
) -> None:
    answer = ada_here.send("/account", "/account/profile", **{**PROFILE, **wrong})
    assert answer.status_code == 422
    session.rollback()
    assert (ada.name, ada.timezone) == ("Ada", "Europe/Oslo")


def test_colours_are_chosen_without_leaving_the_page(
    ada_here: Browser, ada: User, session: Session
) -> None:
    ada_here.client.environ_base["HTTP_REFERER"] = "http://localhost/w/harbour-pine/people?a=b"
    answer = ada_here.send("/account", "/account/theme", theme="light")
    assert answer.headers["Location"] == "/w/harbour-pine/people?a=b"
    session.rollback()
    assert ada.theme is Theme.LIGHT
    assert ada_here.send("/account", "/account/theme", theme="neon").status_code == 422
    ada_here.client.environ_base["HTTP_REFERER"] = "https://evil.example/there"
    answer = ada_here.send("/account", "/account/theme", theme="dark")
    assert answer.headers["Location"] == "/account"


@pytest.mark.usefixtures("ada")
def test_a_new_password_signs_the_other_devices_out(
    ada_here: Browser, phone: Browser, session: Session
) -> None:
    phone.sign_in("ada@harbour.example", PASSWORD)
    answer = ada_here.send("/account", "/account/password", current=PASSWORD, new=NEW)
    assert answer.status_code == 303, answer.text
    assert ada_here.is_signed_in
    assert not phone.is_signed_in
    assert phone.sign_in("ada@harbour.example", PASSWORD).status_code == 422
    assert phone.sign_in("ada@harbour.example", NEW).status_code == 303
    actions = [event.action for event in session.query(AuditEvent)]
    assert "password_changed" in actions


def test_the_current_password_is_asked_for(ada_here: Browser, ada: User, session: Session) -> None:
    before = ada.password_hash
    for _ in range(MAX_PER_ACCOUNT_AND_ADDRESS):
        answer = ada_here.send("/account", "/account/password", current=NEW, new=NEW)
        assert answer.status_code == 422
        assert "This is not your current password." in answer.text
    answer = ada_here.send("/account", "/account/password", current=PASSWORD, new=NEW)
    assert answer.status_code == 429
    session.rollback()
    assert ada.password_hash == before


@pytest.mark.usefixtures("ada")
def test_a_weak_new_password_is_refused(ada_here: Browser) -> None:
    answer = ada_here.send(
        "/account", "/account/password", current=PASSWORD, new="ada@harbour.example"
    )
    assert answer.status_code == 422
    assert "This is mostly your name" in answer.text


def test_a_stranger_is_asked_to_sign_in(browser: Browser) -> None:
    assert browser.get("/account").headers["Location"] == "/sign-in?next=/account"


@pytest.mark.usefixtures("ada_here")
def test_a_signed_in_page_is_not_stored(ada_here: Browser) -> None:
    assert ada_here.get("/account").headers["Cache-Control"] == "no-store"
