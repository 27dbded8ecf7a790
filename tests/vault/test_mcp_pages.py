"""MCP servers among the connections: made at once, asked by a worker, told what changed."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from app.settings import Settings
from app.vault import facts
from app.vault.models import Connection, ConnectorType
from tests.cast import Cast, sign_in
from tests.databases import on_both
from tests.lib.mcp_stub import FILE_TICKET, SEARCH, McpStub
from tests.loopback import Received
from tests.mcp_servers.asking import AskServers

HERE = "/w/harbour-pine/connections"
TOKEN = "canary-mcp-token-77"  # made up


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """This computer may be reached."""
    return replace(settings, private_hosts=("127.0.0.1",))


@pytest.fixture
def ask_servers(engine: Engine, settings: Settings) -> AskServers:
    """What a worker does."""
    return AskServers(engine, settings)


def posted(ada: FlaskClient, server: McpStub, **more: str):  # type: ignore[no-untyped-def]
    form = {"name": "Handbook", "address": server.address, "secret": "", "header": "", **more}
    return ada.post(f"{HERE}?sign_in=mcp", data=form)


def made(ada: FlaskClient, server: McpStub, **more: str) -> str:
    """The page of a new connection, before anybody asked the server."""
    answer = posted(ada, server, **more)
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def read_again(ada: FlaskClient, page: str, ask_servers: AskServers) -> str:
    """What the page says then."""
    ada.post(f"{page}/check")
    ask_servers()
    return ada.get(page).text


def the_one(session: Session) -> Connection:
    session.rollback()
    session.expire_all()
    return session.scalars(select(Connection)).one()


@on_both
def test_it_works(ada: FlaskClient, session: Session, cast: Cast, ask_servers: AskServers) -> None:
    with McpStub(token=TOKEN) as server:
        page = made(ada, server, secret=TOKEN)
        assert server.methods == [], "the page does not wait for the server"
        asking = ada.get(page).text
        for words in ("Asking the server which tools it has.", "Reload to see what is new"):
            assert words in asking
        assert ada.get(f"{page}/tools").status_code == 204
        ask_servers()
    answered = ada.get(f"{page}/tools")
    assert answered.status_code == 200
    shown = ada.get(page).text
    assert "Asking the server" not in shown
    for words in ("MCP server", "Handbook", "search", "Searches the handbook.", "It only reads"):
        assert words in shown
        assert words in answered.text
    assert "Handbook offers 2 tools." in shown
    assert TOKEN not in shown
    kept = the_one(session)
    assert kept.connector_type is ConnectorType.MCP
    assert kept.hosts == [server.loopback.host]
    fact = facts.connection_facts(session, cast.harbour.id)[str(kept.id)]
    assert fact.tools is not None
    assert list(fact.tools) == ["search", "file_ticket"]


def test_one_that_does_not_answer_says_why_and_can_be_tried_again(
    ada: FlaskClient, session: Session, ask_servers: AskServers
) -> None:
    with McpStub(token=TOKEN) as server:
        page = made(ada, server, secret="another-token-than-that")
        ask_servers()
        shown = ada.get(page).text
        for words in ("Its tools could not be read", "does not accept this sign-in", "Try again"):
            assert words in shown
        assert "another-token-than-that" not in shown
        ada.post(f"{page}/secret", data={"secret": TOKEN})
        assert "Asking the server" in ada.get(page).text, "a new secret is tried at once"
        server.tools = []
        ask_servers()
        assert "offers no tools" in ada.get(page).text
        server.tools = [SEARCH]
        assert "Handbook offers 1 tool." in read_again(ada, page, ask_servers)
    refused = posted(ada, server, name="Other", address="https://a.b/?k=1")
    assert refused.status_code == 422
    assert "ends before the question mark" in refused.text
    assert the_one(session).name == "Handbook"


def test_a_server_that_is_not_there(ada: FlaskClient, ask_servers: AskServers) -> None:
    with McpStub() as server:
        page = made(ada, server)
    ask_servers()
    shown = ada.get(page).text
    assert "nothing answers" in shown
    assert "Try again" in shown


def test_a_header_of_its_own(ada: FlaskClient, ask_servers: AskServers) -> None:
    with McpStub(token=TOKEN, header="x-api-key") as server:
        page = made(ada, server, secret=TOKEN, header="X-API-Key")
        ask_servers()
    assert "Handbook offers 2 tools." in ada.get(page).text


def test_reading_again_tells_what_changed(
    ada: FlaskClient, session: Session, ask_servers: AskServers
) -> None:
    with McpStub() as server:
        page = made(ada, server)
        ask_servers()
        assert "They are the same as before." in read_again(ada, page, ask_servers)
        server.tools = [SEARCH | {"description": "Another."}, FILE_TICKET | {"name": "close"}]
        told = read_again(ada, page, ask_servers)
        for words in ("New: “close”.", "Changed: “search”.", "Gone: “file_ticket”."):
            assert words in told
        assert "Choose what changed again" in told
    assert "nothing answers" in read_again(ada, page, ask_servers)
    assert [one["name"] for one in the_one(session).config_json["tools"]] == ["search", "close"]


def test_a_builder_may_look_and_not_ask(
    ada: FlaskClient, app: Flask, session: Session, cast: Cast
) -> None:
    with McpStub() as server:
        page = made(ada, server)
    ben = sign_in(app.test_client(), session, cast.ben)
    assert ben.get(f"{page}/tools").status_code == 204
    assert ben.post(f"{page}/check").status_code == 403
    dan = sign_in(app.test_client(), session, cast.dan)
    assert dan.get(f"{page}/tools").status_code == 404


@on_both
def test_a_kept_token_goes_to_its_own_host_only(
    ada: FlaskClient, session: Session, ask_servers: AskServers
) -> None:
    with McpStub(token=TOKEN) as server, McpStub() as elsewhere:
        page = f"{made(ada, server, secret=TOKEN)}/details"
        ask_servers()
        before = list(server.methods)
        form = {"name": "Handbook 2", "address": server.address, "secret": "", "header": ""}
        assert ada.post(page, data=form).status_code == 303
        ask_servers()
        assert server.methods == before, "a name is nothing to ask the server about"
        assert len(the_one(session).config_json["tools"]) == 2
        moved = ada.post(page, data=form | {"address": elsewhere.address})
        assert moved.status_code == 422
        assert "has not been sent there before" in moved.text
        assert elsewhere.methods == []
        ada.post(page, data=form | {"address": elsewhere.address, "secret": "a-new-one"})
        kept = the_one(session)
        assert (kept.hosts, kept.config_json["tools"]) == ([elsewhere.loopback.host], [])
        ask_servers()
        assert len(the_one(session).config_json["tools"]) == 2


def test_a_token_can_be_added_later(
    ada: FlaskClient, session: Session, ask_servers: AskServers
) -> None:
    with McpStub() as server:
        page = made(ada, server)
        ask_servers()
        assert the_one(session).secret is None
        server.token = TOKEN
        form = {"name": "Handbook", "address": server.address, "secret": TOKEN, "header": ""}
        assert ada.post(f"{page}/details", data=form).status_code == 303
        ask_servers()
    assert "They are the same as before." in ada.get(page).text
    assert the_one(session).secret is not None


@on_both
def test_an_answer_to_an_older_question_is_not_kept(
    ada: FlaskClient, ask_servers: AskServers
) -> None:
    with McpStub(token=TOKEN) as server:
        page = made(ada, server, secret="the-wrong-token-0")
        asked: list[str] = []

        def say(received: Received) -> bytes | Iterator[bytes]:
            asked.append(received.path)
            if len(asked) == 1:
                ada.post(f"{page}/secret", data={"secret": TOKEN})
            return server.say(received)

        server.loopback.say = say
        ask_servers()
        assert len(asked) == 1
        assert "Asking the server which tools it has." in ada.get(page).text
        ask_servers()
        assert "Handbook offers 2 tools." in ada.get(page).text
