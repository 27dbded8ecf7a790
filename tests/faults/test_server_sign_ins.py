"""A step that uses a server somebody signed in to, with real workers: renewed, refused, hidden."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import database
from app.engine.states import RunStatus
from app.lib.oauth import Asked, Challenge, find_place, register, trade
from app.notices.models import Notice
from app.runs.models import Run
from app.settings import Settings
from app.vault import connections, signing_in
from app.vault.models import Connection
from app.vault.server_account import Account
from tests.cast import Cast
from tests.databases import on_both
from tests.faults.tool_runs import (
    DOOR,
    ended,
    everything_shown,
    handbook,
    keyring_of,
    line_of,
    searching,
)
from tests.lib.mcp_stub import text
from tests.lib.oauth_stub import GuardedStub, OAuthStub
from tests.mcp_servers.asking import AskServers
from tests.runs.conftest import MakeAgent, StartRun
from tests.runs.house import House, until

BACK = "http://127.0.0.1:8000/back"


@pytest.fixture
def service() -> Iterator[OAuthStub]:
    """Where one signs in."""
    with OAuthStub() as stub:
        yield stub


@pytest.fixture
def server(service: OAuthStub) -> Iterator[GuardedStub]:
    """The MCP server that trusts it."""
    with GuardedStub(service=service) as stub:
        yield stub


@pytest.fixture
def connection(session: Session, settings: Settings, cast: Cast, server: GuardedStub) -> str:
    """The id of a connection that Ada is signed in to, with its tools, as its pages make one."""
    place = find_place(DOOR, server.address, Challenge())
    asked = Asked.begin(place, register(DOOR, place, BACK), BACK)
    code = server.service.way_back(asked.address).partition("&code=")[2].partition("&")[0]
    tokens = trade(DOOR, asked, code)
    oauth = {"issuer": place.issuer, "registers": True}
    made = handbook(session, settings, cast, server, tokens.access, oauth=oauth)
    with database.writing(session):
        signing_in.signed_in(
            session,
            keyring_of(session, settings),
            connection=made,
            by=cast.ada.id,
            account=Account.begun(asked, tokens),
        )
    here = replace(settings, private_hosts=("127.0.0.1",))
    AskServers(session.get_bind(), here)()
    server.service.forms.clear()
    return str(made.id)


@dataclass(frozen=True)
class Searcher:
    """An agent that searches at the server, and the worker that runs it."""

    session: Session
    run_it: Callable[[], Run]

    def __call__(self) -> Run:
        """One more run, over."""
        return ended(self.session, self.run_it())

    def kept(self) -> Connection:
        """The connection as it stands."""
        self.session.expire_all()
        return self.session.scalars(select(Connection)).one()


@pytest.fixture
def search(
    session: Session, house: House, make_agent: MakeAgent, start_run: StartRun, connection: str
) -> Searcher:
    """The agent, with a worker at hand."""
    agent = make_agent(searching(connection))
    house.open_worker()
    return Searcher(session, lambda: start_run(agent))


@on_both
def test_a_worker_renews_what_the_server_forgot_and_hides_it(
    session: Session, service: OAuthStub, server: GuardedStub, search: Searcher
) -> None:
    server.does = lambda _: text(f"You came with {max(service.access)}.")
    service.forget_access()
    run = search()
    assert run.status is RunStatus.SUCCESS, run.error_message
    assert run.answer == "You came with [hidden]."
    assert [form["grant_type"] for form in service.forms] == ["refresh_token"]
    shown = everything_shown(session)
    assert [one for one in service.access | service.refreshing if one in shown] == []


@on_both
def test_a_refused_renewal_stops_the_step_and_tells_the_admins(
    session: Session, service: OAuthStub, connection: str, search: Searcher
) -> None:
    service.forget_access()
    service.refreshing.clear()
    run = search()
    assert run.status is RunStatus.FAILED
    assert "“Handbook” needs a new sign-in" in str(run.error_message)
    kept = search.kept()
    assert kept.failing_since is not None
    assert "choose “Sign in”" in kept.last_error
    told = session.scalars(select(Notice)).all()
    assert "The connection “Handbook” is refused" in [one.subject for one in told]
    assert line_of(session, run, "search00").output == {"connection": connection}


@on_both
def test_a_server_that_wants_more_rights_stops_the_step_and_is_told_of_once(
    session: Session, service: OAuthStub, server: GuardedStub, connection: str, search: Searcher
) -> None:
    server.wants["search"] = "handbook.search"
    run = search()
    assert run.status is RunStatus.FAILED
    words = "“Handbook” wants more rights for this: handbook.search."
    assert words in str(run.error_message)
    assert "choose “Sign in for more rights”" in str(run.error_message)
    assert line_of(session, run, "search00").output == {"connection": connection}
    search()
    assert service.forms == [], "nothing asks for more by itself"
    calls = [one for one in server.loopback.received if b"tools/call" in one.body]
    assert len(calls) == 2, "each run asked once"
    server.wants.clear()
    assert search().status is RunStatus.SUCCESS
    kept = search.kept()
    assert (kept.wanted_rights, kept.failing_since) == ("handbook.search", None)
    told = session.scalars(select(Notice).where(Notice.topic == f"connection: {connection}")).all()
    assert [(one.subject, one.count) for one in told] == [
        ("The connection “Handbook” needs more rights", 1)
    ]


@on_both
def test_a_worker_asks_for_the_tools_that_somebody_waits_for(
    session: Session, house: House, server: GuardedStub, search: Searcher
) -> None:
    server.tools = server.tools[:1]
    with database.writing(session):
        connections.want_tools(search.kept())
    until(lambda: (session.rollback(), search.kept().tools_wanted_since is None)[1])
    kept = search.kept()
    assert [one["name"] for one in kept.config_json["tools"]] == ["search"]
    assert "Gone: “file_ticket”." in kept.last_result
