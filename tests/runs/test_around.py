"""A run's page: the items of its loops, what its steps wait for, and the runs around it."""

import re
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import insert
from sqlalchemy.orm import Session

from app import database
from app.engine.graph import Graph, Link
from app.engine.record import StepRecord
from app.engine.states import Reason, RunStatus, StepStatus, TriggerType
from app.lib import clock
from app.runs import run_view
from app.runs.models import Run, RunNode, RunWait
from tests.cast import Cast
from tests.databases import on_both
from tests.loopback import Loopback, Received, reply
from tests.runs.conftest import MakeAgent, OpenBrowser, StartRun
from tests.runs.flows import answer, form, greeting, http, step
from tests.runs.house import House, has_ended, until
from tests.runs.pages import RUNS


def nested(url: str) -> Graph:
    """Goes through two lists, and calls the service once for each of their items."""
    outer = step(
        "outer", "for_each", {"items": [["a", "b"], ["c", "bad"]], "if_item_fails": "note"}
    )
    inner = step("inner", "for_each", {"items": "{{ item }}"}, parent="outer000")
    call = http("call", f"{url}/{{{{ item }}}}")
    return Graph(
        steps=(
            form("name"),
            outer,
            inner,
            step("call", "http_request", dict(call.fields), parent="inner000"),
            answer("Done"),
        ),
        links=(
            Link(id="link0000", source="start000", source_port="out", target="outer000"),
            Link(id="link0001", source="outer000", source_port="out", target="answer00"),
        ),
    )


def say(request: Received) -> bytes:
    """The service does not like one of them."""
    return reply("422 Unprocessable Content") if request.path == "/bad" else reply(body=b"ok")


@on_both
def test_the_items_of_loops_inside_loops(
    browser: OpenBrowser,
    cast: Cast,
    make_agent: MakeAgent,
    session: Session,
    start_run: StartRun,
    house: House,
) -> None:
    with Loopback(say) as service:
        run = start_run(make_agent(nested(service.url)), {"name": "Ada"})
        house.open_worker()
        until(lambda: has_ended(session, run))
    cleo = browser(cast.cleo)
    page = f"{RUNS}/{run.id}"
    closed = cleo.get(page).text
    assert "Look through its items" in closed
    assert "Item 1 of" not in closed
    failed_first = cleo.get(f"{page}?item=outer000").text
    assert "Item 2 of 2" in failed_first
    assert "1 failed" in failed_first
    assert "item=outer000:0" in failed_first
    deep = cleo.get(f"{page}?item=inner000:1.1").text
    assert 'Item 2 of 2</b><span class="bad">Failed' in deep
    assert "/bad" in deep
    well = cleo.get(f"{page}/live?item=inner000:0.1").text
    assert "Item 1 of 2" in well
    assert "Item 2 of 2" in well
    assert "/bad" not in well
    for odd in ("nowhere0:1", "outer000:0.0", "outer000:x", "inner000", "outer000:9999999"):
        assert cleo.get(f"{page}?item={odd}").status_code == 200


@pytest.mark.parametrize("items", [3, 2_000])
def test_one_item_is_read_however_many_there_are(
    app: Flask,
    cast: Cast,
    make_agent: MakeAgent,
    session: Session,
    start_run: StartRun,
    items: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    run = start_run(make_agent(nested("http://x")), {"name": "Ada"})
    with database.writing(session):
        session.add(_node(run, "outer000", "", StepStatus.FAILED))
        session.flush()
        rows = [
            {
                "run_id": run.id,
                "workspace_id": run.workspace_id,
                "node_id": "inner000",
                "iteration": str(number),
                "node_type": "for_each",
                "attempt": 1,
                "status": StepStatus.FAILED if number == items - 1 else StepStatus.SUCCESS,
                "started_at": clock.now(),
                "cost": 0,
                "tokens": 0,
            }
            for number in range(items)
        ]
        session.execute(insert(RunNode), rows)
    session.rollback()
    read: list[StepRecord] = []

    def of_row(*row: Any) -> StepRecord:
        read.append(StepRecord(*row))
        return read[-1]

    monkeypatch.setattr("app.runs.recorded.StepRecord", of_row)
    view = run_view.view(session, cast.harbour, run, item="outer000")
    (outer,) = [row for row in view.rows if row.step_id == "outer000"]
    assert outer.item is not None
    assert (outer.item.count, outer.item.number, outer.item.failed) == (
        items,
        items - 1,
        [items - 1],
    )
    assert [(one.step_id, one.iteration) for one in read] == [
        ("outer000", ""),
        ("inner000", str(items - 1)),
    ]


def _node(run: Run, step_id: str, path: str, status: StepStatus) -> RunNode:
    return RunNode(
        run_id=run.id,
        workspace_id=run.workspace_id,
        node_id=step_id,
        iteration=path,
        node_type="for_each",
        status=status,
        started_at=clock.now(),
    )


def test_a_waiting_run_says_until_when(
    browser: OpenBrowser,
    cast: Cast,
    make_agent: MakeAgent,
    session: Session,
    start_run: StartRun,
    house: House,
) -> None:
    wait = step("nap", "wait", {"how": "for", "amount": 2, "unit": "days"})
    flow = Graph(
        steps=(form("name"), wait),
        links=(Link(id="link0000", source="start000", source_port="out", target="nap00000"),),
    )
    run = start_run(make_agent(flow), {"name": "Ada"})
    house.open_worker()
    until(lambda: has_ended(session, run) or run.status is RunStatus.WAITING)
    cleo = browser(cast.cleo)
    assert re.search(r"Waits until \w{3} \d\d:\d\d", cleo.get(f"{RUNS}/{run.id}").text)
    listed = cleo.get(RUNS).text
    assert re.search(r"Until \w{3} \d\d:\d\d", listed)
    assert ">Ben</td>" in listed


def test_parent_and_child_lead_to_each_other(
    browser: OpenBrowser, cast: Cast, make_agent: MakeAgent, session: Session, start_run: StartRun
) -> None:
    called = make_agent(greeting(), "Called")
    calls = step("call", "run_agent", {"agent": str(called.id), "values": []})
    flow = Graph(
        steps=(form("name"), calls),
        links=(Link(id="link0000", source="start000", source_port="out", target="call0000"),),
    )
    parent = start_run(make_agent(flow, "Caller"), {"name": "Ada"})
    child = start_run(
        called,
        by=None,
        parent=parent.id,
        depth=1,
        trigger_type=TriggerType.AGENT,
        trigger_words="another agent, at “Call”",
        idempotency_key=f"{parent.id}:call0000:",
    )
    with database.writing(session):
        parent.status, parent.reason = RunStatus.WAITING, Reason.AGENT
        session.flush()
        node = _node(parent, "call0000", "", StepStatus.WAITING)
        node.node_type = "run_agent"
        session.add(node)
        session.add(
            RunWait(
                run_id=parent.id,
                workspace_id=parent.workspace_id,
                node_id="call0000",
                reason=Reason.AGENT,
                child_run=child.id,
                detail=b"",
                due=clock.now() + timedelta(days=1),
            )
        )
    cleo = browser(cast.cleo)
    above = cleo.get(f"{RUNS}/{parent.id}").text
    assert "Waits for another agent" in above
    assert f'Its run: <a href="{RUNS}/{child.id}">Called</a>' in above
    below = cleo.get(f"{RUNS}/{child.id}").text
    assert f'Another agent: <a href="{RUNS}/{parent.id}">Caller</a><small>at “Call”' in below
    assert "Another agent, at “Call”" in cleo.get(RUNS).text
