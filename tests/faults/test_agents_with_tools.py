"""An agent with tools and real workers: asked, approved, killed in the middle, rehearsed."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import database
from app.approvals.models import Approval
from app.data_tables import tables
from app.data_tables.columns import Column, ColumnKind
from app.data_tables.models import DataRow, DataTable
from app.engine.states import RunMode, RunStatus, StepStatus
from app.runs.models import RunState, RunWait
from app.settings import Settings
from tests.cast import Cast
from tests.databases import on_both
from tests.faults.conftest import Service
from tests.faults.test_workers_die import let_lease_run_out
from tests.faults.tool_runs import LONG_S, asked, ended, flow, line_of, said_yes
from tests.nodes.tooling import tool
from tests.runs.conftest import MakeAgent, StartRun
from tests.runs.house import House, until

COLUMNS = [Column("customer", "Customer"), Column("amount", "Amount", ColumnKind.NUMBER)]


def orders(session: Session, cast: Cast) -> DataTable:
    with database.writing(session):
        return tables.create(
            session, cast.harbour.id, by=cast.ben.id, name="Orders", columns=COLUMNS
        )


@on_both
def test_a_call_is_made_with_the_value_that_was_approved(
    session: Session,
    settings: Settings,
    cast: Cast,
    house: House,
    make_agent: MakeAgent,
    start_run: StartRun,
) -> None:
    table = orders(session, cast)
    row = tool("add_row", "add order", table=str(table.id))
    run = start_run(make_agent(flow("Use add order. Customer: Ada\nAmount: 84", row)))
    first = house.open_worker()
    approval = asked(session, run)
    assert approval.title == "May it use “add order”?"
    assert line_of(session, run).output["conversation"][-1]["state"] == "asked"
    assert session.scalars(select(DataRow)).all() == []
    house.kill(first)
    said_yes(session, settings, approval, cast, amount=42)
    house.open_worker()
    ended(session, run)
    assert run.status is RunStatus.SUCCESS, run.error_message
    assert [one.values["amount"] for one in session.scalars(select(DataRow))] == [42]
    shown = line_of(session, run)
    assert shown.status is StepStatus.SUCCESS
    call = next(one for one in shown.output["conversation"] if one["who"] == "tool")
    assert (call["state"], call["decision"]["changed"]) == ("done", ["amount"])
    assert session.scalars(select(RunState)).all() == []
    assert session.scalars(select(RunWait)).all() == []


@on_both
def test_a_worker_dies_while_a_call_is_under_way(
    session: Session,
    settings: Settings,
    cast: Cast,
    house: House,
    make_agent: MakeAgent,
    start_run: StartRun,
    service: Service,
) -> None:
    """It may have arrived: nobody sends it again without a person's word."""
    row = tool("http", "pay", policy="allow", address=service.url("/slow"))
    row["about"] = "method: POST"
    run = start_run(make_agent(flow("Use pay. Method: POST", row)))
    first = house.open_worker()
    until(lambda: service.calls["/slow"], within_s=LONG_S)
    house.kill(first)
    service.go_on()
    let_lease_run_out(session, run)
    house.open_worker()
    approval = asked(session, run)
    assert approval.title == "Use “pay” once more?"
    assert service.calls["/slow"] == 1
    said_yes(session, settings, approval, cast)
    ended(session, run)
    assert run.status is RunStatus.SUCCESS, run.error_message
    assert service.calls["/slow"] == 2
    assert len(set(service.keys("/slow"))) == 1


@on_both
def test_one_that_may_be_repeated_goes_on_by_itself_and_finished_calls_are_not_made_again(
    session: Session,
    cast: Cast,
    house: House,
    make_agent: MakeAgent,
    start_run: StartRun,
    service: Service,
) -> None:
    row = tool("http_read", "look", address=service.url("/slow"))
    run = start_run(make_agent(flow("Please look.", row)))
    first = house.open_worker()
    until(lambda: service.calls["/slow"], within_s=LONG_S)
    house.kill(first)
    service.go_on()
    let_lease_run_out(session, run)
    house.open_worker()
    ended(session, run)
    assert run.status is RunStatus.SUCCESS, run.error_message
    assert line_of(session, run).output["calls"] == 1
    assert session.scalars(select(Approval)).all() == []


@on_both
def test_a_rehearsal_changes_nothing(
    session: Session,
    cast: Cast,
    house: House,
    make_agent: MakeAgent,
    start_run: StartRun,
) -> None:
    table = orders(session, cast)
    row = tool("add_row", "add order", "allow", table=str(table.id))
    agent = make_agent(flow("Use add order. Customer: Ada\nAmount: 84", row))
    run = start_run(agent, mode=RunMode.REHEARSAL)
    house.open_worker()
    ended(session, run)
    assert run.status is RunStatus.SUCCESS, run.error_message
    assert session.scalars(select(DataRow)).all() == []
    calls = [one for one in line_of(session, run).output["conversation"] if one["who"] == "tool"]
    assert [one["state"] for one in calls] == ["rehearsed"]
