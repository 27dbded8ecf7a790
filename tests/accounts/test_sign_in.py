"""Signing in, and being made to wait after too many tries."""

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import database
from app.accounts import passwords
from app.accounts.attempts import (
    MAX_PER_ACCOUNT,
    MAX_PER_ACCOUNT_AND_ADDRESS,
    WINDOW,
    forget_old_attempts,
)
from app.accounts.models import Login, LoginAttempt, User
from app.accounts.tokens import token_hash
from tests.accounts.browser import Browser
from tests.accounts.conftest import Time
from tests.cast import PASSWORD
from tests.databases import on_both

WRONG = "not the lamp in the harbour"


@on_both
def test_ada_signs_in(ada: User, phone: Browser, session: Session) -> None:
    answer = phone.sign_in(" ADA@harbour.example ", PASSWORD)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")
    assert phone.is_signed_in
    assert ada.logins_count == 2
    assert session.scalars(select(LoginAttempt)).all() == []


@pytest.mark.usefixtures("ada")
def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(phone: Browser) -> None:
    known = phone.sign_in("ada@harbour.example", WRONG)
    unknown = phone.sign_in("eve@harbour.example", WRONG)
    assert known.status_code == unknown.status_code == 422
    assert "That did not match" in known.text
    assert _without_token(known.text) == _without_token(unknown.text).replace("eve@", "ada@")


@pytest.mark.usefixtures("ada")
def test_an_unknown_address_costs_as_much_work(
    phone: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    verified: list[str] = []

    class Counting(PasswordHasher):
        def verify(self, hash: str, password: str) -> bool:  # noqa: A002  # argon2's own name
            verified.append(hash.split("$")[3])
            return super().verify(hash, password)

    monkeypatch.setattr(
        passwords, "_hasher", Counting(time_cost=2, memory_cost=19 * 1024, parallelism=1)
    )
    phone.sign_in("ada@harbour.example", WRONG)
    phone.sign_in("eve@harbour.example", WRONG)
    assert verified == ["m=19456,t=2,p=1"] * 2


@pytest.mark.usefixtures("ada")
def test_the_slow_hash_runs_in_no_transaction(
    phone: Browser, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    right = passwords.is_right

    def write_meanwhile(password: str, stored: str | None) -> bool:
        with database.writing(session):
            session.add(LoginAttempt(email_hash="somebody else", ip=""))
        return right(password, stored)

    monkeypatch.setattr(passwords, "is_right", write_meanwhile)
    assert phone.sign_in("ada@harbour.example", PASSWORD).status_code == 303


@pytest.mark.usefixtures("ada")
def test_after_five_tries_the_account_rests_for_a_while(phone: Browser, time: Time) -> None:
    for _ in range(MAX_PER_ACCOUNT_AND_ADDRESS):
        assert phone.sign_in("ada@harbour.example", WRONG).status_code == 422
    stopped = phone.sign_in("ada@harbour.example", PASSWORD)
    assert stopped.status_code == 429
    assert "You can try again in 15 minutes." in stopped.text
    assert 'value="ada@harbour.example"' in stopped.text
    time.passes(WINDOW)
    assert phone.sign_in("ada@harbour.example", PASSWORD).status_code == 303


@on_both
def test_from_many_addresses_an_account_stands_more_tries_but_not_endless(
    ada: User, phone: Browser
) -> None:
    for number in range(MAX_PER_ACCOUNT):
        phone.client.environ_base["REMOTE_ADDR"] = f"192.0.2.{number}"
        assert phone.sign_in("ada@harbour.example", WRONG).status_code == 422
    phone.client.environ_base["REMOTE_ADDR"] = "192.0.2.200"
    assert phone.sign_in("ada@harbour.example", PASSWORD).status_code == 429


@pytest.mark.usefixtures("ada")
def test_the_right_password_clears_the_tries_before_it(phone: Browser) -> None:
    for _ in range(3):
        for _ in range(MAX_PER_ACCOUNT_AND_ADDRESS - 1):
            phone.sign_in("ada@harbour.example", WRONG)
        assert phone.sign_in("ada@harbour.example", PASSWORD).status_code == 303
        phone.send("/account", "/sign-out")


def test_old_tries_are_swept_away(browser: Browser, session: Session, time: Time) -> None:
    browser.sign_in("eve@elsewhere.example", WRONG)
    time.passes(WINDOW)
    with database.writing(session):
        forget_old_attempts(session)
    assert session.scalars(select(LoginAttempt)).all() == []


def test_a_blocked_person_gets_the_answer_of_a_wrong_password(
    ada: User, ada_here: Browser, phone: Browser, session: Session
) -> None:
    with database.writing(session):
        ada.blocked_for = ["spam"]
    assert "That did not match" in phone.sign_in("ada@harbour.example", PASSWORD).text
    assert not phone.is_signed_in


def test_a_hash_of_yesterdays_cost_is_made_anew(
    ada: User, phone: Browser, session: Session
) -> None:
    with database.writing(session):
        ada.password_hash = PasswordHasher(time_cost=1, memory_cost=8 * 1024).hash(PASSWORD)
    assert phone.sign_in("ada@harbour.example", PASSWORD).status_code == 303
    session.refresh(ada)
    assert ada.password_hash.startswith("$argon2id$v=19$m=19456,t=2,p=1$")


@pytest.mark.parametrize(
    ("wanted", "goes_to"),
    [
        ("/account", "/account"),
        ("/w/harbour-pine/people?page=2", "/w/harbour-pine/people?page=2"),
        ("//evil.example", "/"),
        ("/\\evil.example", "/"),
        ("https://evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("/account\n", "/"),
        ("", "/"),
    ],
)
@pytest.mark.usefixtures("ada")
def test_after_signing_in_one_goes_on_only_within_our_pages(
    phone: Browser, wanted: str, goes_to: str
) -> None:
    form = {"email": "ada@harbour.example", "password": PASSWORD, "next": wanted}
    answer = phone.send("/sign-in", "/sign-in", **form)
    assert (answer.status_code, answer.headers["Location"]) == (303, goes_to)


@pytest.mark.usefixtures("ada")
def test_the_page_one_wanted_is_kept_through_the_form(phone: Browser) -> None:
    door = phone.get("/account")
    assert door.headers["Location"] == "/sign-in?next=/account"
    page = phone.get(door.headers["Location"])
    assert 'action="/sign-in?next=/account"' in page.text


def test_signing_in_changes_the_cookie_and_ends_the_login_before(
    ada: User, ada_here: Browser, session: Session
) -> None:
    with ada_here.client.session_transaction() as cookies:
        before = cookies["_user_id"]
        cookies.pop("_user_id")
    ada_here.sign_in("ada@harbour.example", PASSWORD)
    with ada_here.client.session_transaction() as cookies:
        assert cookies["_user_id"] != before
    rows = {login.token_hash: login for login in session.scalars(select(Login))}
    assert rows[token_hash(before)].revoked_at is not None
    assert len(rows) == 2
    assert before not in rows, "the database must hold the hash alone"


def _without_token(text: str) -> str:
    return "\n".join(line for line in text.splitlines() if "csrf" not in line)
