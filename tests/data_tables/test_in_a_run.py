"""A flow that works with a table and a variable, run by a real worker."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import database
from app.agents.models import ReferenceKind
from app.agents.references import users_of
from app.data_tables.models import DataTable
from app.engine.states import RunMode
from app.runs.models import RunNode
from app.variables import directory, variables
from app.variables.models import VariableKind
from tests.cast import Cast
from tests.data_tables.conftest import Fill, in_order
from tests.runs import conftest as runs
from tests.runs.flows import answer, form, in_a_row, step
from tests.runs.house import House, has_ended, until

agent, house, make_agent = runs.agent, runs.house, runs.make_agent
nursery, start_run = runs.nursery, runs.start_run


@pytest.mark.parametrize("mode", [RunMode.LIVE, RunMode.REHEARSAL])
def test_a_run_reads_and_writes(
    session: Session,
    cast: Cast,
    orders: DataTable,
    fill: Fill,
    house: House,
    make_agent: runs.MakeAgent,
    start_run: runs.StartRun,
    mode: RunMode,
) -> None:
    fill({"customer": "Bob", "price": 7}, {"customer": "Åse", "price": 9})
    with database.writing(session):
        variables.create(
            session,
            cast.harbour.id,
            by=cast.ben.id,
            name="last",
            kind=VariableKind.TEXT,
            value="nobody",
        )
    table = str(orders.id)
    condition = {"value": "Price", "operator": "more_than", "value2": "{{ trigger.price }}"}
    flow = in_a_row(
        form("price"),
        step(
            "find",
            "find_rows",
            {"table": table, "conditions": {"match": "all", "rows": [condition]}},
        ),
        step(
            "put",
            "put_row",
            {
                "table": table,
                "match": "customer",
                "values": [
                    {"name": "customer", "value": "{{ steps.find.first.customer }}"},
                    {"name": "State", "value": "sent"},
                ],
            },
        ),
        step("keep", "set_variable", {"name": "last", "value": "{{ steps.put.row.customer }}"}),
        answer("{{ steps.keep.value }}, before {{ vars.last }}"),
    )
    made = make_agent(flow)
    used = users_of(session, cast.harbour.id, kind=ReferenceKind.TABLE, target_id=orders.id)
    assert [one.name for one in used] == [made.name]
    house.open_worker()
    run = start_run(made, {"price": "8"}, mode=mode)
    until(lambda: has_ended(session, run))
    assert run.error_message is None
    done = session.scalars(
        select(RunNode).where(RunNode.run_id == run.id, RunNode.node_id == "answer00")
    ).one()
    assert done.output == {"answer": "Åse, before nobody"}
    is_live = mode is RunMode.LIVE
    assert in_order(session)[1].values.get("state") == ("Sent" if is_live else None)
    kept = directory.values_of(session, cast.harbour.id)
    assert kept == {"last": "Åse" if is_live else "nobody"}
