"""Who signs in again gets new tokens; the worker has the old ones revoked, and never the new."""

import pytest
from sqlalchemy import Engine

from app.vault import signing_in
from app.vault.keys import Keyring
from app.vault.server_account import Account
from tests.canary import everything_stored
from tests.databases import on_both
from tests.lib.oauth_stub import says
from tests.server_sign_ins.conftest import Way


@pytest.fixture
def page(way: Way) -> str:
    """A connection that Ada is signed in to."""
    page = way.make()
    way.sign_in(page)
    return page


def account(way: Way, keyring: Keyring) -> Account:
    found = signing_in.kept_account(keyring, way.kept())
    assert found is not None
    return found


@on_both
def test_it_works(way: Way, page: str, keyring: Keyring, engine: Engine) -> None:
    old = way.service.access | way.service.refreshing
    assert way.finish(way.go(page)).status_code == 303
    assert way.service.revoked == [], "a person does not wait for it"
    assert [token for token in old if token in everything_stored(engine)] == []
    way.ask_servers()
    assert set(way.service.revoked) == old
    new = account(way, keyring)
    assert way.service.access | way.service.refreshing == {new.access, new.refresh}
    assert new.replaced == ()
    assert "They are the same as before." in way.look(page)
    assert len(way.service.revoked) == 2, "once"


def test_nobody_looked_in_between(way: Way, page: str, keyring: Keyring) -> None:
    old = way.service.access | way.service.refreshing
    for _time in range(2):
        way.finish(way.go(page))
    new = account(way, keyring)
    way.ask_servers()
    assert set(way.service.revoked) >= old
    assert len(way.service.revoked) == 4
    assert way.service.access == {new.access}


def test_a_server_that_does_not_revoke_changes_nothing(
    way: Way, page: str, keyring: Keyring
) -> None:
    way.service.answers["/revoke"] = says({}, "503 Busy")
    way.sign_in(page)
    assert account(way, keyring).replaced == ()
    assert "They are the same as before." in way.look(page)
    assert way.kept().failing_since is None


def test_the_same_client_may_be_one_permission_for_both(
    way: Way, page: str, keyring: Keyring
) -> None:
    callback = f"http://127.0.0.1:8000{page}/signed-in"
    way.service.clients["typed"] = {"redirect_uris": [callback]}
    way.sign_in(page, client_id="typed", secret="")
    before = list(way.service.revoked)
    way.sign_in(page, client_id="typed", secret="")
    assert way.service.revoked == before
    assert account(way, keyring).access in way.service.access


def test_a_server_that_gives_the_same_tokens_again(way: Way) -> None:
    page, same = way.make(), "canary-access-same"
    way.service.answers["/token"] = says({"access_token": same, "refresh_token": same + "-later"})
    way.service.access.add(same)
    for _time in range(2):
        way.sign_in(page)
    assert len(way.service.clients) == 2
    assert way.service.revoked == []


def test_who_signs_out_first_has_all_of_them_revoked(way: Way, page: str) -> None:
    way.finish(way.go(page))
    way.browser.post(f"{page}/sign-out")
    assert len(way.service.revoked) == 4
    assert way.service.access | way.service.refreshing == set()
