"""A person signs in at an MCP server, and out again; what is refused on the way, and why."""

import logging
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from app import database
from app.audit.models import AuditEvent
from app.lib import clock
from app.server_sign_ins import begun
from app.server_sign_ins.models import ServerSignIn
from app.vault import directory
from tests.canary import everything_stored
from tests.cast import Cast, sign_in
from tests.databases import on_both
from tests.lib.oauth_stub import GuardedStub, says
from tests.server_sign_ins.conftest import HERE, Way

OVER = "This sign-in is over."


@on_both
def test_it_works(
    way: Way, engine: Engine, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    page = way.make()
    before = way.browser.get(page).text
    assert "Nobody is signed in." in before
    assert "Its tools" not in before, "nobody may see them yet"
    back = way.go(page)
    looked = way.browser.get(back)
    assert "Finish signing in" in looked.text
    done = way.finish(back)
    assert done.status_code == 303
    assert way.server.methods == [], "the page does not wait for its tools"
    asking = way.browser.get(page).text
    for words in ("You are signed in.", "Asking the server which tools it has."):
        assert words in asking
    way.ask_servers()
    shown = way.browser.get(page).text
    for words in ("Searches the handbook.", "Sign out", way.service.issuer):
        assert words in shown
    assert "Replace the secret" not in shown
    assert "Signed in" in way.browser.get(HERE).text
    (asked,) = way.service.clients.values()
    assert asked["redirect_uris"] == [f"http://127.0.0.1:8000{page}/signed-in"]
    (token,), (later,) = way.service.access, way.service.refreshing
    stored = everything_stored(engine)
    files = b"\n".join(one.read_bytes() for one in tmp_path.rglob("*") if one.is_file())
    for secret in (token, later, way.service.forms[0]["code_verifier"]):
        assert secret not in stored
        assert secret not in caplog.text
        assert secret not in shown + looked.text
        assert secret.encode() not in files


def test_the_way_there_says_what_is_asked_for(way: Way) -> None:
    page = way.make()
    asked = parse_qs(urlsplit(way.begin(page)).query)
    assert asked["resource"] == [way.server.address]
    assert asked["scope"] == ["tools.read tools.call"]
    way.server.challenge = 'Bearer error="invalid_token", scope="only.this"'
    assert parse_qs(urlsplit(way.begin(page)).query)["scope"] == ["only.this"]


@on_both
def test_a_state_is_good_once(way: Way) -> None:
    page = way.make()
    back = way.go(page)
    way.finish(back)
    again = way.finish(back)
    assert (again.status_code, OVER in again.text) == (422, True)
    assert [form["grant_type"] for form in way.service.forms] == ["authorization_code"]
    assert OVER in way.browser.get(back).text


def test_a_newer_sign_in_ends_the_one_before(way: Way) -> None:
    page = way.make()
    first, second = way.go(page), way.go(page)
    assert OVER in way.finish(first).text
    assert way.finish(second).status_code == 303


@on_both
def test_it_belongs_to_one_person_on_one_device_and_one_connection(
    way: Way, app: Flask, session: Session, cast: Cast
) -> None:
    page, other = way.make(), way.make("Another one")
    back = way.go(page)
    hers = sign_in(app.test_client(), session, cast.ada)
    assert OVER in way.finish(back, hers).text
    assert OVER in way.finish(back.replace(page, other)).text
    assert way.finish(back.replace("state=", "state=x")).status_code == 422
    for person, status in ((cast.dan, 404), (cast.ben, 403)):
        stranger = sign_in(app.test_client(), session, person)
        assert way.finish(back, stranger).status_code == status
    assert way.service.forms == []
    assert way.finish(back).status_code == 303


@on_both
def test_it_is_over_after_a_while(way: Way, session: Session) -> None:
    back = way.go(way.make())
    late = clock.now() - timedelta(seconds=1)
    with database.writing(session):
        session.execute(update(ServerSignIn).values(expires_at=late))
    assert OVER in way.finish(back).text
    with database.writing(session):
        begun.forget_old(session)
    assert session.scalars(select(ServerSignIn)).all() == []


@pytest.mark.parametrize("issuer", ["https://another.example", ""])
def test_another_issuer_is_refused(way: Way, issuer: str) -> None:
    path, _, query = way.go(way.make()).partition("?")
    values = {name: one for name, (one,) in parse_qs(query).items()}
    refused = way.browser.post(path, data=values | {"iss": issuer})
    assert "Another server sent you back" in refused.text
    assert way.service.forms == []
    assert way.finish(f"{path}?{query}").status_code == 422, "it was used up all the same"


def test_a_no_is_told_without_the_words_of_the_address(way: Way) -> None:
    way.service.says_no = "access_denied"
    page = way.make()
    shown = way.browser.get(way.go(page)).text
    assert "said no" in shown
    assert "555" not in shown
    way.service.answers["/token"] = says(
        {"error": "<b>x</b>", "error_description": "<i>y</i>"}, "400 Bad"
    )
    way.service.says_no = ""
    failed = way.finish(way.go(page))
    assert failed.status_code == 422
    assert "127.0.0.1 answered 400." in failed.text
    assert "<b>" not in failed.text


def test_an_address_that_changed_meanwhile_gets_no_token(way: Way) -> None:
    page = way.make()
    back = way.go(page)
    with GuardedStub(service=way.service) as elsewhere:
        form = {"name": "Handbook", "address": elsewhere.address, "secret": "", "header": ""}
        assert way.browser.post(f"{page}/details", data=form).status_code == 303
        assert way.finish(back).status_code == 404, "nobody signs in there yet"
        way.ask_servers()
        assert "address was changed meanwhile" in way.finish(back).text
        assert way.service.forms == []


@on_both
def test_signing_out_revokes_and_forgets(way: Way, session: Session) -> None:
    page = way.make()
    way.sign_in(page)
    tokens = way.service.access | way.service.refreshing
    told = way.browser.post(f"{page}/sign-out", follow_redirects=True).text
    assert "The server has forgotten the sign-in, too." in told
    assert set(way.service.revoked) == tokens
    kept = way.kept()
    assert (kept.secret, kept.signs_in) == (None, True)
    acts = session.scalars(select(AuditEvent.action).order_by(AuditEvent.id)).all()
    assert acts[-2:] == ["connection_signed_in", "connection_signed_out"]
    way.sign_in(page)
    assert way.browser.post(f"{page}/deletion").status_code == 303
    assert len(way.service.revoked) == 4


def test_a_server_that_cannot_revoke(way: Way) -> None:
    way.service.changes["revocation_endpoint"] = None
    page = way.make()
    way.sign_in(page)
    told = way.browser.post(f"{page}/sign-out", follow_redirects=True).text
    assert "end it in your account there, too" in told
    assert way.kept().secret is None


def test_a_name_can_change_and_the_sign_in_stays(way: Way) -> None:
    page = way.make()
    way.sign_in(page)
    form = {"name": "Handbook 2", "address": way.server.address, "secret": "", "header": ""}
    way.service.forget_access()
    assert way.browser.post(f"{page}/details", data=form).status_code == 303
    kept = way.kept()
    assert (kept.name, kept.is_signed_in, len(kept.config_json["tools"])) == ("Handbook 2", True, 2)
    assert way.browser.post(f"{page}/secret", data={"secret": "something"}).status_code == 404


def test_another_server_does_not_get_the_sign_in(way: Way) -> None:
    page = way.make()
    way.sign_in(page)
    with GuardedStub(service=way.service) as elsewhere:
        form = {"name": "Handbook", "address": elsewhere.address, "secret": "", "header": ""}
        assert way.browser.post(f"{page}/details", data=form).status_code == 303
        assert (way.kept().secret, way.kept().signs_in) == (None, False), "nothing is known of it"
        way.ask_servers()
        assert (way.kept().secret, way.kept().signs_in) == (None, True)
        assert elsewhere.methods == []


def test_a_person_registers_where_the_server_does_not(way: Way) -> None:
    way.service.registers, way.service.secret = False, "canary-client-secret"
    way.service.changes["token_endpoint_auth_methods_supported"] = ["client_secret_basic"]
    page = way.make()
    form = way.browser.get(f"{page}/sign-in").text
    callback = f"http://127.0.0.1:8000{page}/signed-in"
    assert callback in form
    missing = way.browser.post(f"{page}/sign-in", data={"client_id": "", "secret": ""})
    assert (missing.status_code, "Fill in the client id." in missing.text) == (422, True)
    way.service.clients["typed"] = {"redirect_uris": [callback]}
    typed = {"client_id": "typed", "secret": way.service.secret}
    assert way.finish(way.go(page, **typed)).status_code == 303
    assert way.service.secret not in way.browser.get(f"{page}/sign-in").text
    assert "typed" in way.browser.get(f"{page}/sign-in").text
    assert way.finish(way.go(page, client_id="typed", secret="")).status_code == 303, "it is kept"
    assert way.service.secret not in str(way.kept().config_json)


def test_the_cast_sees_what_it_may(way: Way, app: Flask, session: Session, cast: Cast) -> None:
    page = way.make()
    ben = sign_in(app.test_client(), session, cast.ben)
    shown = ben.get(page).text
    assert "An admin of this workspace can sign in." in shown
    assert ben.post(f"{page}/sign-in").status_code == 403
    assert directory.by_id(session, cast.elsewhere.id, connection_id=way.kept().id) is None


def test_a_typed_token_takes_the_place_of_the_sign_in(way: Way) -> None:
    page = way.make()
    way.sign_in(page)
    way.service.access.add("typed-token-77")
    form = {"name": "Handbook", "address": way.server.address, "secret": "typed-token-77"}
    assert way.browser.post(f"{page}/details", data=form | {"header": ""}).status_code == 303
    kept = way.kept()
    assert (kept.signs_in, kept.secret is not None) == (False, True)
    assert "Replace the secret" in way.browser.get(page).text
    assert way.browser.get(f"{page}/sign-in").status_code == 404
    way.service.forget_access()
    assert "does not accept this sign-in" in way.look(page)
