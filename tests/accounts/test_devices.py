"""The devices a person is signed in on, and what ends a login."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from app import database
from app.accounts import last_seen
from app.accounts.devices import device_name
from app.accounts.last_seen import NOTED_EVERY
from app.accounts.models import Login, User
from app.accounts.recent_logins import RecentLogins
from app.factory import create_app
from app.settings import Settings
from tests.accounts.browser import Browser
from tests.accounts.conftest import Time
from tests.cast import PASSWORD

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0"
EDGE = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/142.0 Safari/537.36 Edg/142.0"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Mobile Safari/604.1"


def test_signing_out_ends_the_login_for_good(ada_here: Browser, session: Session) -> None:
    with ada_here.client.session_transaction() as cookies:
        token = cookies["_user_id"]
    ada_here.send("/account", "/sign-out")
    assert not ada_here.is_signed_in
    with ada_here.client.session_transaction() as cookies:
        cookies["_user_id"] = token
    assert not ada_here.is_signed_in, "a kept copy of the cookie must not work"


@pytest.mark.usefixtures("ada")
def test_signing_out_one_device_leaves_the_other(
    ada_here: Browser, phone: Browser, session: Session
) -> None:
    phone.client.environ_base["HTTP_USER_AGENT"] = IPHONE
    phone.sign_in("ada@harbour.example", PASSWORD)
    page = ada_here.get("/account").text
    assert "Safari on iPhone" in page
    of_phone = session.scalars(select(Login).order_by(Login.id.desc())).first()
    ada_here.send("/account", f"/account/devices/{of_phone.id}/revocation")
    assert not phone.is_signed_in
    assert ada_here.is_signed_in


@pytest.mark.usefixtures("ada")
def test_signing_out_everywhere_means_here_too(ada_here: Browser, phone: Browser) -> None:
    phone.sign_in("ada@harbour.example", PASSWORD)
    ada_here.send("/account", "/account/devices/revocation")
    assert not ada_here.is_signed_in
    assert not phone.is_signed_in


def test_somebody_elses_device_is_not_there(ada_here: Browser, ada: User, session: Session) -> None:
    eve = User(email="eve@elsewhere.example", name="Eve")
    with database.writing(session):
        session.add(eve)
        session.flush()
        login = Login(user_id=eve.id, token_hash="0" * 64, last_seen=ada.created_at)
        session.add(login)
    answer = ada_here.send("/account", f"/account/devices/{login.id}/revocation")
    assert answer.status_code == 404
    session.refresh(login)
    assert login.revoked_at is None


def test_a_day_without_a_visit_ends_a_login(ada_here: Browser, time: Time) -> None:
    time.passes(Login.IDLE)
    assert not ada_here.is_signed_in


def test_two_weeks_end_a_login_that_is_used_every_day(ada_here: Browser, time: Time) -> None:
    almost_a_day = timedelta(hours=23)
    while time.gone_by + almost_a_day < Login.LONGEST:
        time.passes(almost_a_day)
        with ada_here.get("/account") as answer:
            assert answer.status_code == 200
    time.passes(almost_a_day)
    assert not ada_here.is_signed_in


def test_a_visit_is_noted_after_the_answer(ada_here: Browser, session: Session, time: Time) -> None:
    before = session.scalars(select(Login.last_seen)).one()
    session.rollback()
    ada_here.get("/account").close()
    assert session.scalars(select(Login.last_seen)).one() == before, "noted too often"
    session.rollback()
    time.passes(NOTED_EVERY * 1.1)
    ada_here.get("/account").close()
    assert session.scalars(select(Login.last_seen)).one() > before


def test_a_busy_database_is_not_waited_for(
    ada_here: Browser, app: Flask, session: Session, time: Time
) -> None:
    login = session.scalars(select(Login)).one()
    time.passes(timedelta(hours=1))
    with database.writing(session), app.app_context():
        last_seen.note(app.extensions["sqlalchemy"].engine, login.id)
    assert session.scalars(select(Login.last_seen)).one() == login.last_seen


def test_a_process_notices_within_seconds_that_another_ended_a_login(
    ada_here: Browser, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    other_process = Browser(create_app(settings).test_client())
    with ada_here.client.session_transaction() as cookies:
        token = cookies["_user_id"]
    with other_process.client.session_transaction() as cookies:
        cookies["_user_id"] = token
    assert other_process.is_signed_in
    ada_here.send("/account", "/account/devices/revocation")
    monkeypatch.setattr(RecentLogins, "MAX_AGE_S", 0.0)
    assert not other_process.is_signed_in


def test_a_page_that_polls_asks_for_the_login_once(ada_here: Browser, app: Flask) -> None:
    ada_here.get("/account")
    with app.app_context():
        engine = app.extensions["sqlalchemy"].engine
    asked: list[str] = []

    def note(*statement: object) -> None:
        asked.append(str(statement[2]))

    event.listen(engine, "before_cursor_execute", note)
    ada_here.get("/account")
    assert not [text for text in asked if "token_hash =" in text]


def test_the_cookie_on_loopback(ada_here: Browser) -> None:
    cookie = ada_here.send("/account", "/sign-out").headers["Set-Cookie"]
    assert cookie.startswith("lamplight=")
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Path=/" in cookie


def test_the_cookie_over_https(settings: Settings) -> None:
    app = create_app(replace(settings, public_url="https://agents.example.org"))
    browser = Browser(app.test_client())
    cookie = browser.client.get("/sign-in", base_url="https://agents.example.org").headers[
        "Set-Cookie"
    ]
    assert cookie.startswith("__Host-lamplight=")
    assert re.search(r"; Secure(;|$)", cookie)
    assert "Domain" not in cookie


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        (FIREFOX, "Firefox on Linux"),
        (EDGE, "Edge on Windows"),
        (IPHONE, "Safari on iPhone"),
        ("curl/8.9", "A browser"),
        ("", "A browser"),
    ],
)
def test_a_device_has_a_name_people_know(user_agent: str, name: str) -> None:
    assert device_name(user_agent) == name
