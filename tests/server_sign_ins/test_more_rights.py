"""A server that wants more rights: it is said which, a person asks for them, and nothing loops."""

from dataclasses import dataclass

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from app import database
from app.vault import standing
from app.vault.models import MAX_WANTED_CHARS
from tests.canary import everything_stored
from tests.cast import Cast
from tests.databases import on_both
from tests.lib.oauth_stub import GuardedStub
from tests.server_sign_ins.conftest import Way

BASE = "tools.read tools.call"


@dataclass(frozen=True)
class Wanting:
    """A connection whose server wants one right more than the sign-in has."""

    page: str
    shown: str


@pytest.fixture
def wanting(way: Way) -> Wanting:
    """Ada has signed in, and has read the tools once more since."""
    page = way.make()
    way.sign_in(page)
    way.server.wants["tools/list"] = "tools.admin"
    return Wanting(page, way.look(page))


@on_both
def test_it_works(way: Way, wanting: Wanting) -> None:
    page = wanting.page
    assert "“Handbook” wants more rights for this: tools.admin." in wanting.shown
    assert "Needs more rights since" in wanting.shown
    assert "Sign in for more rights" in wanting.shown
    kept = way.kept()
    assert (kept.wanted_rights, kept.failing_since) == ("tools.admin", None)
    assert "Handbook needs more rights" in way.browser.get("/w/harbour-pine/attention").text
    assert "Needs more rights" in way.browser.get("/w/harbour-pine/connections").text
    assert way.asks_for(page) == BASE, "the plain button asks for what it asked for"
    assert way.asks_for(page, rights="more") == f"{BASE} tools.admin"
    way.sign_in(page, rights="more")
    kept = way.kept()
    assert (kept.wanted_rights, kept.rights_wanted_since) == ("", None)
    shown = way.look(page)
    assert "the same as before" in shown
    assert "tools.read, tools.call, tools.admin" in shown
    assert "Needs more rights" not in shown
    assert way.asks_for(page) == f"{BASE} tools.admin", "what it has stays"
    way.browser.post(f"{page}/sign-out")
    assert way.asks_for(page) == BASE, "who signed out begins anew"


@on_both
def test_a_server_that_keeps_asking_ends_at_a_page(way: Way, wanting: Wanting) -> None:
    way.service.gives = BASE
    way.service.forms.clear()
    back = way.go(wanting.page, rights="more")
    way.server.loopback.received.clear()
    assert way.finish(back).status_code == 303
    way.ask_servers()
    refused = [one for one in way.server.loopback.received if b"tools/list" in one.body]
    traded = [form for form in way.service.forms if "grant_type" in form]
    assert (len(refused), len(traded)) == (1, 1), "once, and not again"
    shown = way.browser.get(wanting.page).text
    assert "did not give all the rights" in shown
    assert "still wants these rights, which the last sign-in asked for: tools.admin" in shown
    assert "it wants them still" in shown
    assert way.kept().wanted_rights == "tools.admin"


def test_rights_that_were_not_given_are_told(way: Way) -> None:
    page = way.make()
    way.sign_in(page)
    way.server.wants["tools/list"] = "tools.admin"
    way.look(page)
    del way.server.wants["tools/list"]
    way.service.gives = BASE
    way.sign_in(page, rights="more")
    assert "did not give all the rights" in way.browser.get(page).text
    assert way.kept().rights == BASE


@on_both
def test_what_is_wanted_does_not_grow_without_end(way: Way, session: Session, cast: Cast) -> None:
    way.make()
    connection_id = way.kept().id
    firsts = []
    for number in range(40):
        with database.writing(session):
            rights = f"right.{number:04}.{'x' * 30}"
            known = {"connection_id": connection_id, "rights": rights}
            firsts.append(standing.wants(session, cast.harbour.id, **known))
    assert firsts == [True, *[False] * 39], "people are told once"
    wanted = way.kept().wanted_rights
    assert 900 < len(wanted) <= MAX_WANTED_CHARS
    assert wanted.split()[0].startswith("right.0000")


def test_a_secret_that_comes_back_as_a_right_is_not_kept(way: Way, engine: Engine) -> None:
    page = way.make()
    way.sign_in(page)
    (token,) = way.service.access
    way.server.wants["tools/list"] = token
    shown = way.look(page)
    assert "does not accept this sign-in" in shown
    assert token not in shown
    assert way.kept().wanted_rights == ""
    assert token not in everything_stored(engine)


def test_a_typed_token_has_to_be_another_one(way: Way) -> None:
    way.service.access.add("typed-token-77")
    form = {"name": "Handbook", "address": way.server.address, "secret": "typed-token-77"}
    made = way.browser.post("/w/harbour-pine/connections?sign_in=mcp", data=form | {"header": ""})
    way.server.wants["tools/list"] = "tools.admin"
    shown = way.look(str(made.location))
    assert "wants rights that its access token does not have: tools.admin." in shown
    assert "Refused since" in shown
    assert "Sign in for more rights" not in shown
    assert way.kept().wanted_rights == ""


@pytest.mark.parametrize("act", ["signing out", "another server", "a typed token"])
def test_it_is_forgotten_with_the_sign_in(way: Way, wanting: Wanting, act: str) -> None:
    form = {"name": "Handbook", "address": way.server.address, "secret": "", "header": ""}
    way.service.access.add("typed-token-77")
    way.service.rights["typed-token-77"] = "tools.admin"
    with GuardedStub(service=way.service) as elsewhere:
        if act == "signing out":
            way.browser.post(f"{wanting.page}/sign-out")
        elif act == "another server":
            form["address"] = elsewhere.address
            way.browser.post(f"{wanting.page}/details", data=form)
        else:
            form["secret"] = "typed-token-77"
            way.browser.post(f"{wanting.page}/details", data=form)
    kept = way.kept()
    assert (kept.wanted_rights, kept.rights_wanted_since, kept.is_signed_in) == ("", None, False)
