"""Tokens are renewed by whoever uses them: once, whoever else wants to, and never lost."""

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from datetime import timedelta

import pytest
from sqlalchemy import Engine, update
from sqlalchemy.orm import Session

from app import database
from app.lib import clock
from app.lib.safe_http import Door, HttpFailed
from app.settings import Settings
from app.vault import renewal, signing_in
from app.vault.authoriser import Authoriser
from app.vault.keys import Keyring
from app.vault.models import Secret
from app.vault.person_needed import SignInNeeded
from app.vault.renewal import Renewal
from app.vault.server_account import Account
from tests.cast import Cast
from tests.databases import on_both
from tests.lib.oauth_stub import says
from tests.server_sign_ins.conftest import Way


@pytest.fixture
def page(way: Way) -> str:
    """A connection that Ada is signed in to, with tokens that end at once."""
    way.service.lives_s = 0
    page = way.make()
    way.sign_in(page)
    way.service.forms.clear()
    return page


def process(engine: Engine, settings: Settings, cast: Cast) -> Authoriser:
    """As another process has it: nothing in memory is shared."""
    sessions = database.session_factory(engine)
    keyring = Keyring.of(settings, sessions)
    return Authoriser(
        keyring,
        sessions,
        workspace_id=cast.harbour.id,
        renewal=Renewal(
            door=Door(settings.private_hosts),
            keyring=keyring,
            sessions=sessions,
            turn_to_write=nullcontext(),
            workspace_id=cast.harbour.id,
        ),
    )


def account(way: Way, keyring: Keyring) -> Account:
    found = signing_in.kept_account(keyring, way.kept())
    assert found is not None
    return found


@on_both
def test_it_is_renewed_before_it_ends(
    way: Way, page: str, engine: Engine, settings: Settings, cast: Cast, keyring: Keyring
) -> None:
    before = account(way, keyring)
    way.service.lives_s = 3_600
    one = process(engine, settings, cast)
    granted = one.authorise(page[-36:], url=way.server.address)
    after = account(way, keyring)
    assert granted.token == after.access != before.access
    assert after.refresh in way.service.refreshing
    assert set(granted.redactions) >= {after.access, after.refresh}
    assert one.authorise(page[-36:], url=way.server.address).token == after.access
    (form,) = way.service.forms
    assert (form["refresh_token"], form["resource"]) == (before.refresh, way.server.address)


def test_a_token_that_lives_short_is_not_renewed_at_each_call(
    way: Way, page: str, engine: Engine, settings: Settings, cast: Cast
) -> None:
    way.service.lives_s = 50
    one = process(engine, settings, cast)
    for _time in range(3):
        one.authorise(page[-36:], url=way.server.address)
    assert len(way.service.forms) == 1


@on_both
def test_many_at_once_renew_it_once(
    way: Way, page: str, engine: Engine, settings: Settings, cast: Cast, keyring: Keyring
) -> None:
    way.service.lives_s = 3_600
    ready = threading.Barrier(6)

    def use(_number: int) -> str:
        one = process(engine, settings, cast)
        ready.wait(20)
        return one.authorise(page[-36:], url=way.server.address).token

    with ThreadPoolExecutor(6) as people:
        tokens = set(people.map(use, range(6)))
    assert len(way.service.forms) == 1
    assert tokens == {account(way, keyring).access}
    assert account(way, keyring).refresh in way.service.refreshing


@on_both
def test_a_refused_renewal_needs_a_person_and_is_not_tried_again(
    way: Way, page: str, engine: Engine, settings: Settings, cast: Cast, keyring: Keyring
) -> None:
    way.service.refreshing.clear()
    one = process(engine, settings, cast)
    for _time in range(2):
        with pytest.raises(SignInNeeded, match="“Handbook” needs a new sign-in") as needed:
            one.authorise(page[-36:], url=way.server.address)
    assert len(way.service.forms) == 1
    assert "canary" not in needed.value.sentence
    way.service.lives_s = 3_600
    way.sign_in(page)
    assert one.authorise(page[-36:], url=way.server.address).token == account(way, keyring).access


def test_a_service_that_is_down_loses_nothing(
    way: Way, page: str, engine: Engine, settings: Settings, cast: Cast, keyring: Keyring
) -> None:
    one = process(engine, settings, cast)
    way.service.answers["/token"] = says({}, "503 Busy")
    with pytest.raises(HttpFailed, match=r"could not be renewed\. 127\.0\.0\.1 answered 503"):
        one.authorise(page[-36:], url=way.server.address)
    del way.service.answers["/token"]
    way.service.lives_s = 3_600
    assert one.authorise(page[-36:], url=way.server.address).token == account(way, keyring).access


@on_both
def test_who_died_on_the_way_is_followed(
    way: Way,
    page: str,
    engine: Engine,
    session: Session,
    settings: Settings,
    cast: Cast,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    one = process(engine, settings, cast)
    monkeypatch.setattr(renewal, "WAITS_S", 0.0)
    for until, works in ((timedelta(hours=1), False), (timedelta(seconds=-1), True)):
        with database.writing(session):
            session.execute(update(Secret).values(renewing_until=clock.now() + until))
        if works:
            assert one.authorise(page[-36:], url=way.server.address).token
        else:
            with pytest.raises(HttpFailed, match="is being renewed just now"):
                one.authorise(page[-36:], url=way.server.address)
    assert len(way.service.forms) == 1


@on_both
def test_a_sign_in_that_came_meanwhile_stays(
    way: Way, page: str, engine: Engine, settings: Settings, cast: Cast, keyring: Keyring
) -> None:
    one = process(engine, settings, cast)
    old = way.service.say
    seen: list[str] = []

    def slowly(received):  # type: ignore[no-untyped-def]
        if received.path == "/token" and b"refresh_token" in received.body and not seen:
            seen.append("once")
            way.service.lives_s = 3_600
            way.finish(way.go(page))
        return old(received)

    way.service.loopback.say = slowly
    token = one.authorise(page[-36:], url=way.server.address).token
    assert token == account(way, keyring).access
    assert way.service.forms[-1]["grant_type"] == "refresh_token"
    assert "authorization_code" in [form["grant_type"] for form in way.service.forms]


def test_a_401_renews_what_seemed_good(way: Way, page: str, keyring: Keyring) -> None:
    way.service.lives_s = None
    way.sign_in(page)
    before = account(way, keyring)
    assert before.until is None
    way.service.forget_access()
    assert "the same as before" in way.look(page)
    assert account(way, keyring).access != before.access


def test_a_look_that_needs_a_person_says_so(way: Way, page: str, session: Session) -> None:
    way.service.forget_access()
    way.service.refreshing.clear()
    told = way.look(page)
    assert "needs a new sign-in" in told
    assert "Refused since" in told
    listed = way.browser.get("/w/harbour-pine/attention").text
    assert "needs a new sign-in" in listed
    way.service.lives_s = 3_600
    way.sign_in(page)
    assert way.kept().failing_since is None


def test_nobody_signed_in_sends_nothing(
    way: Way, engine: Engine, settings: Settings, cast: Cast
) -> None:
    way.make()
    way.server.loopback.received.clear()
    with pytest.raises(SignInNeeded, match="Nobody is signed in to “Handbook”"):
        process(engine, settings, cast).authorise(str(way.kept().id), url=way.server.address)
    assert way.server.loopback.received == []
