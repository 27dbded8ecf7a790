"""A step that uses a server somebody signed in to, with real workers: renewed, refused, hidden."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import database
from app.engine.states import RunStatus
from app.lib.oauth import Asked, Challenge, find_place, register, trade
from app.lib.safe_http import Door
from app.notices.models import Notice
from app.runs.models import Run, RunLog, RunNode
from app.settings import Settings
from app.vault import connections, signing_in
from app.vault.connections import Wishes
from app.vault.keys import Keyring
from app.vault.mcp_tools import look
from app.vault.models import Connection
from app.vault.server_account import Account
from app.vault.sign_in import SignIn
from tests.cast import Cast
from tests.databases import on_both
from tests.faults.test_agents_with_tools import LONG_S
from tests.faults.test_mcp_servers import chosen
from tests.lib.mcp_stub import SEARCH, text
from tests.lib.oauth_stub import GuardedStub, OAuthStub
from tests.runs.conftest import MakeAgent, StartRun
from tests.runs.flows import answer, in_a_row, step
from tests.runs.house import House, has_ended, until

DOOR = Door(("127.0.0.1",))
BACK = "http://127.0.0.1:8000/back"


def signed_in(session: Session, settings: Settings, cast: Cast, stub: GuardedStub) -> str:
    """A connection that Ada is signed in to, as its pages make one."""
    place = find_place(DOOR, stub.address, Challenge())
    asked = Asked.begin(place, register(DOOR, place, BACK), BACK)
    code = stub.service.way_back(asked.address).partition("&code=")[2].partition("&")[0]
    tokens = trade(DOOR, asked, code)
    hosts = (stub.loopback.host,)
    headers = {"Authorization": f"Bearer {tokens.access}"}
    found = look(DOOR, stub.address, secret_headers=headers, hosts=hosts).as_kept
    oauth = {"issuer": place.issuer, "registers": True}
    wishes = Wishes(
        name="Handbook", hosts=hosts, server={"address": stub.address, **found, "oauth": oauth}
    )
    keyring = Keyring.of(settings, database.session_factory(session.get_bind()))
    whose = {"by": cast.ada.id}
    with database.writing(session):
        made = connections.create(
            session, keyring, workspace=cast.harbour, sign_in=SignIn.MCP, wishes=wishes, **whose
        )
        account = Account.begun(asked, tokens)
        signing_in.signed_in(session, keyring, connection=made, account=account, **whose)
    stub.service.forms.clear()
    return str(made.id)


def searching(connection: str) -> Any:
    """A flow that calls one tool."""
    values = [{"name": "query", "value": "leave"}]
    fields = {"tool": chosen(SEARCH, connection), "values": values}
    return in_a_row(
        step("start", "start_form", {"inputs": []}),
        step("search", "mcp_tool", fields),
        answer("{{ steps.search.text }}"),
    )


def done(session: Session, house: House, run: Run) -> Run:
    house.open_worker()
    until(lambda: has_ended(session, run), within_s=LONG_S)
    return run


@on_both
def test_a_worker_renews_what_the_server_forgot_and_hides_it(
    session: Session,
    settings: Settings,
    cast: Cast,
    house: House,
    make_agent: MakeAgent,
    start_run: StartRun,
) -> None:
    with OAuthStub() as service, GuardedStub(service=service) as stub:
        stub.does = lambda _: text(f"You came with {max(service.access)}.")
        connection = signed_in(session, settings, cast, stub)
        service.forget_access()
        run = done(session, house, start_run(make_agent(searching(connection))))
        known = service.access | service.refreshing
    assert run.status is RunStatus.SUCCESS, run.error_message
    assert run.answer == "You came with [hidden]."
    assert [form["grant_type"] for form in service.forms] == ["refresh_token"]
    shown = [str(one) for one in session.scalars(select(RunNode.output))]
    shown += session.scalars(select(RunLog.text)).all()
    assert [one for one in shown for secret in known if secret in one] == []


@on_both
def test_a_refused_renewal_stops_the_step_and_tells_the_admins(
    session: Session,
    settings: Settings,
    cast: Cast,
    house: House,
    make_agent: MakeAgent,
    start_run: StartRun,
) -> None:
    with OAuthStub() as service, GuardedStub(service=service) as stub:
        connection = signed_in(session, settings, cast, stub)
        service.forget_access()
        service.refreshing.clear()
        run = done(session, house, start_run(make_agent(searching(connection))))
    assert run.status is RunStatus.FAILED
    assert "“Handbook” needs a new sign-in" in str(run.error_message)
    kept = session.scalars(select(Connection)).one()
    assert kept.failing_since is not None
    assert "choose “Sign in”" in kept.last_error
    told = session.scalars(select(Notice)).all()
    assert "The connection “Handbook” is refused" in [one.subject for one in told]
    line = session.get_one(RunNode, (run.id, "search00", ""))
    assert line.output == {"connection": connection}
