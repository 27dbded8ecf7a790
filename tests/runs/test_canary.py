"""A run that uses a secret shows it nowhere, though the service sends everything back."""

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from app import database
from app.engine.states import RunStatus
from app.queue import Bell
from app.runs.models import RunNode
from app.settings import Settings
from app.vault import connections
from app.vault.connections import Wishes
from app.vault.keys import Keyring
from app.vault.sign_in import SignIn
from tests.canary import CANARY, echo, everything_in, everything_stored, found_in
from tests.cast import Cast
from tests.databases import on_both
from tests.loopback import Loopback
from tests.runs.conftest import MakeAgent, OpenBrowser, StartRun
from tests.runs.flows import form, http, in_a_row, set_values
from tests.runs.house import House, has_ended, until
from tests.valkey import Valkey


@on_both
def test_it_is_nowhere(
    session: Session,
    engine: Engine,
    settings: Settings,
    valkey: Valkey,
    cast: Cast,
    house: House,
    make_agent: MakeAgent,
    start_run: StartRun,
    browser: OpenBrowser,
) -> None:
    keyring = Keyring.of(settings, database.session_factory(engine))
    with Loopback(echo) as service:
        with database.writing(session):
            connection = connections.create(
                session,
                keyring,
                workspace=cast.harbour,
                by=cast.ada.id,
                sign_in=SignIn.BEARER,
                wishes=Wishes(name="Echo", hosts=("127.0.0.1",), secret=CANARY),
            )
        ask = http("ask", service.url, connection=str(connection.id), fails_on="never")
        copy = set_values("copy", body="{{ steps.ask.body }}", all="{{ steps.ask.headers | json }}")
        run = start_run(make_agent(in_a_row(form("name"), ask, copy)), {"name": "Ada"})
        assert Bell(settings.redis_url).ring()
        house.open_worker()
        until(lambda: has_ended(session, run))

    assert run.status is RunStatus.SUCCESS, run.error_message
    assert any(CANARY in one.headers.get("authorization", "") for one in service.received)
    asked = session.scalars(select(RunNode).where(RunNode.node_type == "http_request")).one()
    assert "Bearer" in str(asked.output)
    here = f"/w/harbour-pine/runs/{run.id}"
    for person in (cast.ada, cast.cleo):
        for address in (here, f"{here}/log", "/w/harbour-pine/runs", "/w/harbour-pine/"):
            assert found_in(browser(person).get(address).text) == []
    assert found_in(everything_stored(engine)) == []
    with valkey.client() as client:
        assert found_in(everything_in(client)) == []
    files = [path for path in settings.data_dir.rglob("*") if path.is_file()]
    assert [path for path in files if found_in(path.read_bytes().decode("latin-1"))] == []
