"""A tool of an MCP server and real workers: asked, approved, called with the kept token."""

from sqlalchemy.orm import Session

from app.engine.states import RunMode, RunStatus
from app.settings import Settings
from tests.cast import Cast
from tests.databases import on_both
from tests.faults.tool_runs import (
    asked,
    done,
    ended,
    everything_shown,
    flow,
    handbook,
    line_of,
    said_yes,
    searching,
)
from tests.lib.mcp_stub import FILE_TICKET, McpStub, text
from tests.nodes.serving import server_tool
from tests.runs.conftest import MakeAgent, StartRun
from tests.runs.house import House

TOKEN = "canary-token-of-a-server-5"


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
        made = handbook(session, settings, cast, stub, TOKEN)
        row = server_tool(FILE_TICKET, connection=str(made.id))
        run = start_run(make_agent(flow("Use file ticket. Title: Lamp\nAmount: 84", row)))
        house.open_worker()
        approval = asked(session, run)
        assert approval.title == "May it use “file_ticket”?"
        assert stub.calls == []
        said_yes(session, settings, approval, cast, amount=12)
        ended(session, run)
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
        made = handbook(session, settings, cast, stub, TOKEN)
        agent = make_agent(searching(str(made.id), "{{ steps.search.values.weeks }} weeks"))
        done(session, house, start_run(agent, mode=RunMode.REHEARSAL))
        assert stub.calls == []
        run = ended(session, start_run(agent))
    assert run.status is RunStatus.SUCCESS, run.error_message
    assert run.answer == "2 weeks"
    assert stub.calls == [{"name": "search", "arguments": {"query": "leave"}}]
    assert TOKEN not in everything_shown(session), "what a server says back is redacted"


def test_a_server_that_forgets_the_token_leads_to_its_connection(
    session: Session,
    settings: Settings,
    cast: Cast,
    house: House,
    make_agent: MakeAgent,
    start_run: StartRun,
) -> None:
    with McpStub(token=TOKEN) as stub:
        made = handbook(session, settings, cast, stub, TOKEN)
        stub.token = "another one"
        run = done(session, house, start_run(make_agent(searching(str(made.id)))))
    assert run.status is RunStatus.FAILED
    assert "does not accept this sign-in" in str(run.error_message)
