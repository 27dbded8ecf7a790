"""What one step did in a run, as the editor shows it."""

from typing import Any

import pytest
from sqlalchemy.orm import Session

from app import database
from app.engine.graph import Graph
from app.engine.states import RunStatus, StepStatus
from app.runs.models import Run, RunNode
from tests.cast import Cast
from tests.runs.conftest import MakeAgent, OpenBrowser, StartRun
from tests.runs.flows import answer, form, in_a_row, step

RESULT = "/w/harbour-pine/agents/greeter/steps/{}/result"


def record(
    session: Session, run: Run, node: str, *, given: Any, output: Any, iteration: str = ""
) -> None:
    """A step of this run was given and gave that."""
    with database.writing(session):
        run.status = RunStatus.SUCCESS
        session.add(
            RunNode(
                workspace_id=run.workspace_id,
                run_id=run.id,
                node_id=node,
                node_type="set_values",
                iteration=iteration,
                status=StepStatus.SUCCESS,
                input=given,
                output=output,
                started_at=run.created_at,
                finished_at=run.created_at,
            )
        )


@pytest.fixture
def looped(make_agent: MakeAgent, start_run: StartRun, session: Session) -> Run:
    """A run with a loop: three items, each noted."""
    flow = in_a_row(form("name"), step("each", "for_each", {"items": "x"}), answer("Hi"))
    note = step("note", "set_values", {"values": []}, parent="each0000")
    run = start_run(make_agent(Graph(steps=(*flow.steps, note), links=flow.links)), {"name": "O"})
    record(session, run, "each0000", given={}, output={"items": []})
    record(session, run, "answer00", given={"text": "Hi"}, output={"answer": "Hi there"})
    for number in range(3):
        record(
            session, run, "note0000", given={}, output={"n": f"n{number}"}, iteration=f"{number}"
        )
    return run


def test_it_works(browser: OpenBrowser, cast: Cast, looped: Run) -> None:
    page = browser(cast.olga).get(RESULT.format("answer00") + "?panel=canvas").text
    assert page.lstrip().startswith("<aside")
    assert "Hi there" in page
    assert "Went in" in page
    assert f"/runs/{looped.id}" in page


def test_the_items_of_a_loop_are_gone_through(
    browser: OpenBrowser, cast: Cast, looped: Run
) -> None:
    olga, address = browser(cast.olga), RESULT.format("note0000")
    first = olga.get(f"{address}?panel=outline").text
    assert "Item 1 of 3" in first
    assert "n0" in first
    second = olga.get(f"{address}?panel=outline&run={looped.id}&item=1").text
    assert "Item 2 of 3" in second
    assert "n1" in second
    assert "item=2" in second
    assert "panel=outline" in second


def test_a_run_can_be_chosen(
    browser: OpenBrowser, cast: Cast, session: Session, looped: Run, start_run: StartRun
) -> None:
    later = start_run(looped.agent, {"name": "P"})
    record(session, later, "answer00", given={}, output={"answer": "Later"})
    olga, address = browser(cast.olga), RESULT.format("answer00")
    assert "Later" in olga.get(address).text
    assert "Hi there" in olga.get(f"{address}?run={looped.id}").text


def test_a_step_that_no_run_knows_says_so(
    browser: OpenBrowser, cast: Cast, make_agent: MakeAgent
) -> None:
    make_agent(in_a_row(form("name"), answer("Hi")))
    assert "No run yet" in browser(cast.olga).get(RESULT.format("answer00")).text
    assert browser(cast.olga).get(RESULT.format("nothing0")).status_code == 404


def test_another_workspace_gets_404(browser: OpenBrowser, cast: Cast, looped: Run) -> None:
    assert browser(cast.dan).get(RESULT.format("answer00")).status_code == 404
