"""MCP servers among the connections: asked before they are kept, and told what changed."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.settings import Settings
from app.vault import facts
from app.vault.models import Connection, ConnectorType
from tests.cast import Cast
from tests.lib.mcp_stub import FILE_TICKET, SEARCH, McpStub

HERE = "/w/harbour-pine/connections"
TOKEN = "canary-mcp-token-77"  # made up


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """This computer may be reached."""
    from dataclasses import replace

    return replace(settings, private_hosts=("127.0.0.1",))


def posted(ada: FlaskClient, server: McpStub, **more: str):  # type: ignore[no-untyped-def]
    form = {"name": "Handbook", "address": server.address, "secret": "", "header": "", **more}
    return ada.post(f"{HERE}?sign_in=mcp", data=form)


def the_one(session: Session) -> Connection:
    session.rollback()
    return session.scalars(select(Connection)).one()


def test_it_works(ada: FlaskClient, session: Session, cast: Cast) -> None:
    with McpStub(token=TOKEN) as server:
        made = posted(ada, server, secret=TOKEN)
        assert made.status_code == 303
    shown = ada.get(made.location).text
    for words in ("MCP server", "Handbook", "search", "Searches the handbook.", "It only reads"):
        assert words in shown
    assert "Handbook offers 2 tools." in shown
    assert TOKEN not in shown
    kept = the_one(session)
    assert kept.connector_type is ConnectorType.MCP
    assert kept.hosts == [server.loopback.host]
    fact = facts.connection_facts(session, cast.harbour.id)[str(kept.id)]
    assert fact.tools is not None
    assert list(fact.tools) == ["search", "file_ticket"]


def test_one_that_does_not_answer_is_not_kept(ada: FlaskClient, session: Session) -> None:
    with McpStub(token=TOKEN) as server:
        refused = posted(ada, server, secret="another-token-than-that")
        assert refused.status_code == 422
        assert "does not accept this sign-in" in refused.text
        assert "another-token-than-that" not in refused.text
        server.tools = []
        assert "offers no tools" in posted(ada, server, secret=TOKEN).text
    assert "nothing answers" in posted(ada, server).text
    assert "ends before the question mark" in posted(ada, server, address="https://a.b/?k=1").text
    assert session.scalars(select(Connection)).all() == []


def test_a_header_of_its_own(ada: FlaskClient) -> None:
    with McpStub(token=TOKEN, header="x-api-key") as server:
        assert posted(ada, server, secret=TOKEN, header="X-API-Key").status_code == 303


def test_reading_again_tells_what_changed(ada: FlaskClient, session: Session) -> None:
    with McpStub() as server:
        posted(ada, server)
        page = f"{HERE}/{the_one(session).id}"
        same = ada.post(f"{page}/check", follow_redirects=True).text
        assert "the same as before" in same
        server.tools = [SEARCH | {"description": "Another."}, FILE_TICKET | {"name": "close"}]
        told = ada.post(f"{page}/check", follow_redirects=True).text
        for words in ("New: “close”.", "Changed: “search”.", "Gone: “file_ticket”."):
            assert words in told
        assert "Choose what changed again" in told
    gone = ada.post(f"{page}/check", follow_redirects=True).text
    assert "nothing answers" in gone
    assert [one["name"] for one in the_one(session).config_json["tools"]] == ["search", "close"]


def test_a_kept_token_goes_to_its_own_host_only(ada: FlaskClient, session: Session) -> None:
    with McpStub(token=TOKEN) as server, McpStub() as elsewhere:
        posted(ada, server, secret=TOKEN)
        page = f"{HERE}/{the_one(session).id}/details"
        form = {"name": "Handbook 2", "address": server.address, "secret": "", "header": ""}
        assert ada.post(page, data=form).status_code == 303
        moved = ada.post(page, data=form | {"address": elsewhere.address})
        assert moved.status_code == 422
        assert "has not been sent to this host before" in moved.text
        assert elsewhere.methods == []
        assert ada.post(page, data=form | {"address": elsewhere.address, "secret": "a-new-one"})
        assert the_one(session).hosts == [elsewhere.loopback.host]


def test_a_token_can_be_added_later(ada: FlaskClient, session: Session) -> None:
    with McpStub() as server:
        posted(ada, server)
        assert the_one(session).secret is None
        server.token = TOKEN
        form = {"name": "Handbook", "address": server.address, "secret": TOKEN, "header": ""}
        assert ada.post(f"{HERE}/{the_one(session).id}/details", data=form).status_code == 303
    assert the_one(session).secret is not None
