"""Servers that read a document know Lamplight by its address; the others know it as before."""

from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.settings import Settings
from tests.cast import Cast, sign_in
from tests.databases import on_both
from tests.server_sign_ins.conftest import Way

HOME = "https://lamplight.example.org"
DOCUMENT = f"{HOME}/oauth/client.json"


@pytest.fixture
def outside(app: Flask, settings: Settings, way: Way) -> Way:
    """The installation has an address that everybody reaches, and the server reads documents."""
    app.config["LAMPLIGHT"] = replace(settings, public_url=HOME)

    def read(address: str) -> dict[str, object]:
        assert urlsplit(address).netloc == urlsplit(HOME).netloc
        answer = app.test_client().get(urlsplit(address).path)
        assert (answer.status_code, answer.mimetype) == (200, "application/json")
        read_it: dict[str, object] = answer.json
        return read_it

    way.service.documents = read
    return way


def client_id(way: Way, page: str, **typed: str) -> str:
    (found,) = parse_qs(urlsplit(way.begin(page, **typed)).query)["client_id"]
    return found


@on_both
def test_it_works(outside: Way, app: Flask) -> None:
    page = outside.make()
    shown = outside.browser.post(f"{page}/sign-in").text
    assert DOCUMENT in shown
    back = outside.go(page)
    assert back.startswith("/oauth/back?")
    led = outside.browser.get(back)
    assert led.status_code == 303
    assert led.location.startswith(f"{page}/signed-in?")
    assert "Finish signing in" in outside.browser.get(led.location).text
    assert outside.finish(led.location).status_code == 303
    outside.ask_servers()
    assert list(outside.service.clients) == [DOCUMENT], "nobody registered"
    outside.service.forget_access()
    assert "the same as before" in outside.look(page), "it is renewed by it, too"
    assert outside.service.forms[-1]["client_id"] == DOCUMENT


def test_the_document_says_nothing_about_anybody(outside: Way, client: FlaskClient) -> None:
    outside.make()
    answer = client.get("/oauth/client.json")
    assert answer.json == {
        "client_id": DOCUMENT,
        "client_name": "Lamplight",
        "client_uri": HOME,
        "redirect_uris": [f"{HOME}/oauth/back"],
        "grant_types": ["authorization_code", "refresh_token"],
        "response_types": ["code"],
        "token_endpoint_auth_method": "none",
    }
    assert "max-age=3600" in answer.headers["Cache-Control"]


@pytest.mark.parametrize(
    "address",
    ["http://127.0.0.1:8000", "https://localhost", "https://127.0.0.1:8443", "http://a.example"],
)
def test_without_an_address_for_others_there_is_none(
    outside: Way, app: Flask, settings: Settings, client: FlaskClient, address: str
) -> None:
    app.config["LAMPLIGHT"] = replace(settings, public_url=address)
    assert client.get("/oauth/client.json").status_code == 404
    assert client_id(outside, outside.make()).startswith("client-")


@pytest.mark.parametrize(
    "changes",
    [
        {"client_id_metadata_document_supported": "yes"},
        {"authorization_response_iss_parameter_supported": None},
        {"token_endpoint_auth_methods_supported": ["private_key_jwt", "client_secret_basic"]},
    ],
)
def test_where_it_cannot_be_used_safely_lamplight_registers(
    outside: Way, changes: dict[str, object]
) -> None:
    outside.service.changes |= changes
    assert client_id(outside, outside.make()).startswith("client-")


def test_a_code_of_another_server_is_not_taken(outside: Way) -> None:
    page = outside.make()
    back = outside.go(page)
    for issuer in ("https://another.example", ""):
        asked = {name: one for name, (one,) in parse_qs(urlsplit(back).query).items()}
        asked |= {"iss": issuer}
        shown = outside.browser.get("/oauth/back", query_string=asked, follow_redirects=True).text
        assert "Another server sent you back" in shown
    assert outside.service.forms == []


def test_only_who_began_it_is_led_on(
    outside: Way, app: Flask, session: Session, cast: Cast
) -> None:
    back = outside.go(outside.make())
    for person in (cast.ada, cast.dan):
        other = sign_in(app.test_client(), session, person)
        shown = other.get(back)
        assert (shown.status_code, "This sign-in is over" in shown.text) == (404, True)
    assert outside.browser.get("/oauth/back").status_code == 404
    assert app.test_client().get(back).location.startswith("/sign-in")
    assert outside.browser.get(back).status_code == 303


@on_both
def test_who_registered_once_goes_on_so(outside: Way) -> None:
    page = outside.make()
    shown = outside.browser.post(f"{page}/sign-in").text
    assert "Register Lamplight there" in shown
    outside.sign_in(page, known="registered")
    assert client_id(outside, page).startswith("client-")


def test_who_typed_a_client_once_goes_on_so(outside: Way) -> None:
    outside.service.registers = False
    page = outside.make()
    assert "Type a client id" in outside.browser.post(f"{page}/sign-in").text
    form = outside.browser.get(f"{page}/sign-in?known=by+hand").text
    callback = f"{HOME}{page}/signed-in"
    assert callback in form
    outside.service.clients["typed"] = {"redirect_uris": [callback]}
    outside.sign_in(page, client_id="typed", secret="")
    assert outside.kept().config_json["oauth"]["registers"] is False
    assert 'value="typed"' in outside.browser.get(f"{page}/sign-in").text
