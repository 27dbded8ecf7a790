"""A step that uses a server somebody signed in to, with real workers: renewed, refused, hidden."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import database
from app.engine.states import RunStatus
from app.lib.oauth import Asked, Challenge, find_place, register, trade
from app.notices.models import Notice
from app.settings import Settings
from app.vault import signing_in
from app.vault.models import Connection
from app.vault.server_account import Account
from tests.cast import Cast
from tests.databases import on_both
from tests.faults.tool_runs import (
    DOOR,
    done,
    ended,
    everything_shown,
    handbook,
    keyring_of,
    line_of,
    searching,
)
from tests.lib.mcp_stub import text
from tests.lib.oauth_stub import GuardedStub, OAuthStub
from tests.runs.conftest import MakeAgent, StartRun
from tests.runs.house import House

BACK = "http://127.0.0.1:8000/back"


def signed_in(session: Session, settings: Settings, cast: Cast, stub: GuardedStub) -> str:
    """A connection that Ada is signed in to, as its pages make one."""
    place = find_place(DOOR, stub.address, Challenge())
    asked = Asked.begin(place, register(DOOR, place, BACK), BACK)
    code = stub.service.way_back(asked.address).partition("&code=")[2].partition("&")[0]
    tokens = trade(DOOR, asked, code)
    oauth = {"issuer": place.issuer, "registers": True}
    made = handbook(session, settings, cast, stub, tokens.access, oauth=oauth)
    with database.writing(session):
        signing_in.signed_in(
            session,
            keyring_of(session, settings),
            connection=made,
            by=cast.ada.id,
            account=Account.begun(asked, tokens),
        )
    stub.service.forms.clear()
    return str(made.id)


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
    shown = everything_shown(session)
    assert [secret for secret in known if secret in shown] == []


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
    assert line_of(session, run, "search00").output == {"connection": connection}


@on_both
def test_a_server_that_wants_more_rights_stops_the_step_and_is_told_of_once(
    session: Session,
    settings: Settings,
    cast: Cast,
    house: House,
    make_agent: MakeAgent,
    start_run: StartRun,
) -> None:
    with OAuthStub() as service, GuardedStub(service=service) as stub:
        connection = signed_in(session, settings, cast, stub)
        stub.wants["search"] = "handbook.search"
        agent = make_agent(searching(connection))
        run = done(session, house, start_run(agent))
        assert run.status is RunStatus.FAILED
        words = "“Handbook” wants more rights for this: handbook.search."
        assert words in str(run.error_message)
        assert "choose “Sign in for more rights”" in str(run.error_message)
        assert line_of(session, run, "search00").output == {"connection": connection}
        ended(session, start_run(agent))
        assert service.forms == [], "nothing asks for more by itself"
        calls = [one for one in stub.loopback.received if b"tools/call" in one.body]
        assert len(calls) == 2, "each run asked once"
        stub.wants.clear()
        assert ended(session, start_run(agent)).status is RunStatus.SUCCESS
    session.expire_all()
    kept = session.scalars(select(Connection)).one()
    assert (kept.wanted_rights, kept.failing_since) == ("handbook.search", None)
    told = session.scalars(select(Notice).where(Notice.topic == f"connection: {connection}")).all()
    assert [(one.subject, one.count) for one in told] == [
        ("The connection “Handbook” needs more rights", 1)
    ]
