"""A tool of an MCP server and real workers: asked, approved, called with the kept token."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import database
from app.engine.states import RunMode, RunStatus
from app.lib.safe_http import Door
from app.runs.models import RunLog, RunNode
from app.settings import Settings
from app.vault import connections
from app.vault.connections import Wishes
from app.vault.keys import Keyring
from app.vault.mcp_tools import look
from app.vault.sign_in import SignIn
from tests.cast import Cast
from tests.databases import on_both
from tests.faults.test_agents_with_tools import LONG_S, asked, flow, line_of, said_yes
from tests.lib.mcp_stub import FILE_TICKET, SEARCH, McpStub, text
from tests.nodes.serving import server_tool
from tests.runs.conftest import MakeAgent, StartRun
from tests.runs.flows import answer, in_a_row, step
from tests.runs.house import House, has_ended, until

TOKEN = "canary-token-of-a-server-5"


def handbook(session: Session, settings: Settings, cast: Cast, stub: McpStub) -> str:
    """A connection to the server, as its page makes one."""
    hosts = (stub.loopback.host,)
    headers = {"Authorization": f"Bearer {TOKEN}"}
    found = look(Door(("127.0.0.1",)), stub.address, secret_headers=headers, hosts=hosts)
    server = {"address": stub.address, **found.as_kept}
    keyring = Keyring.of(settings, database.session_factory(session.get_bind()))
    with database.writing(session):
        made = connections.create(
            session,
            keyring,
            workspace=cast.harbour,
            by=cast.ada.id,
            sign_in=SignIn.MCP,
            wishes=Wishes(name="Handbook", hosts=hosts, secret=TOKEN, server=server),
        )
    return str(made.id)


def chosen(told: Any, connection: str) -> dict[str, str]:
    row = server_tool(told, connection=connection)
    return {name: row[name] for name in ("connection", "mcp_tool", "seen")}


@on_both
def test_a_call_waits_for_a_person_and_is_made_with_the_token(
    session: Session,
    settings: Settings,
    cast: Cast,
    house: House,
    make_agent: MakeAgent,
    start_run: StartRun,
) -> None:
    with McpStub(token=TOKEN, does=lambda _: text("Filed as 12.")) as stub:
        row = server_tool(FILE_TICKET, connection=handbook(session, settings, cast, stub))
        run = start_run(make_agent(flow("Use file ticket. Title: Lamp\nAmount: 84", row)))
        house.open_worker()
        approval = asked(session, run)
        assert approval.title == "May it use “file_ticket”?"
        assert stub.calls == []
        said_yes(session, settings, approval, cast, amount=12)
        until(lambda: has_ended(session, run), within_s=LONG_S)
    assert run.status is RunStatus.SUCCESS, run.error_message
    (call,) = stub.calls
    assert call["name"] == "file_ticket"
    assert call["arguments"]["amount"] == 12
    assert "Filed as 12." in str(line_of(session, run).output["conversation"])


@on_both
def test_the_step_calls_one_tool_and_a_rehearsal_calls_none(
    session: Session,
    settings: Settings,
    cast: Cast,
    house: House,
    make_agent: MakeAgent,
    start_run: StartRun,
) -> None:
    echo = text(f"Your token is {TOKEN}.", structuredContent={"weeks": 2})
    with McpStub(token=TOKEN, does=lambda _: echo) as stub:
        connection = handbook(session, settings, cast, stub)
        fields = {
            "tool": chosen(SEARCH, connection),
            "values": [{"name": "query", "value": "leave"}],
        }
        agent = make_agent(
            in_a_row(
                step("start", "start_form", {"inputs": []}),
                step("search", "mcp_tool", fields),
                answer("{{ steps.search.values.weeks }} weeks"),
            )
        )
        house.open_worker()
        rehearsed = start_run(agent, mode=RunMode.REHEARSAL)
        until(lambda: has_ended(session, rehearsed), within_s=LONG_S)
        assert stub.calls == []
        run = start_run(agent)
        until(lambda: has_ended(session, run), within_s=LONG_S)
    assert run.status is RunStatus.SUCCESS, run.error_message
    assert run.answer == "2 weeks"
    assert stub.calls == [{"name": "search", "arguments": {"query": "leave"}}]
    shown = [str(one) for one in session.scalars(select(RunNode.output))]
    shown += session.scalars(select(RunLog.text)).all()
    assert not [one for one in shown if TOKEN in one], "what a server says back is redacted"


def test_a_server_that_forgets_the_token_leads_to_its_connection(
    session: Session,
    settings: Settings,
    cast: Cast,
    house: House,
    make_agent: MakeAgent,
    start_run: StartRun,
) -> None:
    with McpStub(token=TOKEN) as stub:
        fields = {"tool": chosen(SEARCH, handbook(session, settings, cast, stub))}
        stub.token = "another one"
        values = [{"name": "query", "value": "leave"}]
        agent = make_agent(
            in_a_row(
                step("start", "start_form", {"inputs": []}),
                step("search", "mcp_tool", {**fields, "values": values}),
            )
        )
        house.open_worker()
        run = start_run(agent)
        until(lambda: has_ended(session, run), within_s=LONG_S)
    assert run.status is RunStatus.FAILED
    assert "does not accept this sign-in" in str(run.error_message)
