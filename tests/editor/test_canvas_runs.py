"""Runs that are started on the canvas and laid over it: who may, what they say, what is told."""

import re
import uuid
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app import database
from app.agents.models import Agent
from app.engine.graph import Graph
from app.engine.states import RunMode, RunStatus, StepStatus
from app.runs.models import Run, RunNode
from tests.accounts.browser import Browser
from tests.cast import Cast
from tests.runs.conftest import (
    MakeAgent,
    OpenBrowser,
    StartRun,
    agent,
    browser,
    make_agent,
    start_run,
)
from tests.runs.flows import answer, form, http, in_a_row, step
from tests.runs.pages import all_runs

__all__ = ["agent", "browser", "make_agent", "start_run"]
AGENTS = "/w/harbour-pine/agents"
RUNS = f"{AGENTS}/greeter/canvas/runs"


def _record(session: Session, run: Run, node: str, status: StepStatus, **more: Any) -> None:
    session.add(
        RunNode(
            workspace_id=run.workspace_id,
            run_id=run.id,
            node_id=node,
            node_type="set_values",
            status=status,
            **{
                "iteration": "",
                "input": {},
                "output": {},
                "port": "out" if status is StepStatus.SUCCESS else None,
                "started_at": run.created_at,
                "finished_at": run.created_at,
                **more,
            },
        )
    )


def _set(session: Session, run: Run, status: RunStatus) -> None:
    run.status = status
    run.started_at = run.created_at
    run.finished_at = run.created_at if status.is_final else None
    run.seq += 1


def _post(person: Browser, **data: object) -> TestResponse:
    page = person.get(f"{AGENTS}/greeter/canvas").text
    token = page.partition('name="csrf-token" content="')[2].partition('"')[0]
    headers = {"X-CSRFToken": token}
    return person.client.post(RUNS, data={"mode": "rehearsal", **data}, headers=headers)


@pytest.fixture
def run(agent: Agent, start_run: StartRun) -> Run:
    """A rehearsal of the greeter that waits for a worker."""
    return start_run(agent, {"name": "Olga"}, mode=RunMode.REHEARSAL)


def test_a_rehearsal_begins_and_is_told(
    browser: OpenBrowser, cast: Cast, agent: Agent, session: Session
) -> None:
    ben = browser(cast.ben)
    begun = _post(ben, in_name="Olga", revision=1)
    assert begun.status_code == 201
    [made] = all_runs(session)
    assert (begun.json or {})["id"] == str(made.id)
    assert made.mode is RunMode.REHEARSAL
    assert made.starter is not None
    told = ben.get(f"{RUNS}/{made.id}").json or {}
    assert told["words"] == "Rehearsal waiting"
    assert told["title"] == "Waiting for a free worker."
    assert told["is_over"] is False
    assert {one["state"] for one in told["steps"].values()} == {"waiting"}
    assert told["stop"].endswith(f"/runs/{made.id}/cancellation")


def test_what_is_asked_comes_as_a_dialog_and_comes_back_with_sentences(
    browser: OpenBrowser, cast: Cast, agent: Agent, session: Session
) -> None:
    ben = browser(cast.ben)
    asked = ben.get(f"{RUNS}/new?mode=live")
    assert asked.status_code == 200
    assert '<dialog class="dialog" id="run-start"' in asked.text
    assert 'name="in_name"' in asked.text
    assert "data-asks-nothing" not in asked.text
    wrong = _post(ben, in_name="")
    assert wrong.status_code == 422
    assert "One thing needs another look" in wrong.text
    assert all_runs(session) == []
    assert ben.get(f"{RUNS}/new?mode=replay").status_code == 400


def test_a_start_that_asks_nothing_needs_no_dialog(
    browser: OpenBrowser, cast: Cast, make_agent: MakeAgent
) -> None:
    flow = in_a_row(form(), http("send", "https://api.example.org/x", "POST"), answer("Hi"))
    make_agent(flow)
    ben = browser(cast.ben)
    assert "data-asks-nothing" in ben.get(f"{RUNS}/new?mode=rehearsal").text
    real = ben.get(f"{RUNS}/new?mode=live").text
    assert "data-asks-nothing" not in real
    assert "really sent" in real


def test_a_flow_that_cannot_run_says_why(
    browser: OpenBrowser, cast: Cast, make_agent: MakeAgent, session: Session
) -> None:
    make_agent(in_a_row(form(), http("send", "")))
    refused = _post(browser(cast.ben))
    assert refused.status_code == 422
    assert "keeps this agent from running" in refused.text
    assert all_runs(session) == []


def test_a_draft_that_has_moved_on_is_looked_at_first(
    browser: OpenBrowser, cast: Cast, agent: Agent, session: Session
) -> None:
    moved = _post(browser(cast.ben), in_name="Olga", revision=7)
    assert moved.status_code == 409
    assert "Somebody changed the draft" in (moved.json or {})["sentence"]
    assert all_runs(session) == []


def test_nothing_new_is_204(browser: OpenBrowser, cast: Cast, run: Run, session: Session) -> None:
    ben = browser(cast.ben)
    mark = (ben.get(f"{RUNS}/{run.id}").json or {})["mark"]
    assert ben.get(f"{RUNS}/{run.id}?seen={mark}").status_code == 204
    with database.writing(session):
        _set(session, run, RunStatus.RUNNING)
    assert ben.get(f"{RUNS}/{run.id}?seen={mark}").status_code == 200


def test_steps_and_links_show_how_far_it_is(
    browser: OpenBrowser, cast: Cast, run: Run, session: Session
) -> None:
    with database.writing(session):
        _set(session, run, RunStatus.RUNNING)
        _record(session, run, "start000", StepStatus.SUCCESS)
        _record(session, run, "greet000", StepStatus.RUNNING, finished_at=None)
    told = browser(cast.ben).get(f"{RUNS}/{run.id}").json or {}
    states = {step_id: one["state"] for step_id, one in told["steps"].items()}
    assert states == {"start000": "done", "greet000": "running", "answer00": "waiting"}
    assert told["words"] == "Rehearsing"
    assert told["steps"]["greet000"]["took"] == ""
    assert told["steps"]["greet000"]["seconds"] >= 0
    assert "seconds" not in told["steps"]["start000"]
    assert (told["done"], told["total"]) == (1, 3)
    assert (told["taken"], told["live"]) == ([], ["link0000"])
    with database.writing(session):
        _set(session, run, RunStatus.FAILED)
        found = session.get_one(RunNode, (run.id, "greet000", ""))
        found.status, found.finished_at = StepStatus.FAILED, run.created_at
        found.error_message = "It broke."
        run.failed_node_id = "greet000"
    over = browser(cast.ben).get(f"{RUNS}/{run.id}").json or {}
    assert over["steps"]["greet000"]["state"] == "failed"
    assert over["steps"]["answer00"]["state"] == "skipped"
    assert (over["taken"], over["live"], over["stop"]) == (["link0000"], [], None)
    assert over["is_over"] is True
    assert over["title"] == "It broke."


def _with_a_loop() -> Graph:
    """A flow whose loop has one step."""
    flow = in_a_row(form("name"), step("each", "for_each", {"items": "x"}), answer("Hi"))
    note = step("note", "set_values", {"values": []}, parent="each0000")
    return Graph(steps=(*flow.steps, note), links=flow.links)


def test_the_items_of_a_loop_can_be_gone_through(
    browser: OpenBrowser, cast: Cast, make_agent: MakeAgent, start_run: StartRun, session: Session
) -> None:
    run = start_run(make_agent(_with_a_loop()), {"name": "O"})
    with database.writing(session):
        _set(session, run, RunStatus.SUCCESS)
        given = {"items": [1, 2, 3], "count": 3, "errors": []}
        _record(session, run, "each0000", StepStatus.SUCCESS, output=given)
        for number in range(3):
            status = StepStatus.FAILED if number == 1 else StepStatus.SUCCESS
            ended = run.created_at + timedelta(seconds=0.3)
            _record(session, run, "note0000", status, iteration=str(number), finished_at=ended)
    ben = browser(cast.ben)
    told = ben.get(f"{RUNS}/{run.id}").json or {}
    shown = told["items"]["each0000"]
    assert (shown["number"], shown["count"], shown["is_failed"]) == (2, 3, True)
    assert told["steps"]["note0000"]["state"] == "failed"
    assert told["steps"]["note0000"]["path"] == "1"
    assert (told["steps"]["note0000"]["count"], told["steps"]["note0000"]["took"]) == (3, "0.9 s")
    assert (told["steps"]["each0000"]["done"], told["steps"]["each0000"]["count"]) == (3, 3)
    after = ben.get(f"{RUNS}/{run.id}?item={shown['after']}").json or {}
    assert after["items"]["each0000"]["number"] == 3
    assert after["items"]["each0000"]["after"] is None
    assert after["steps"]["note0000"]["state"] == "done"
    assert after["steps"]["note0000"]["took"] == "0.3 s"
    assert "count" not in after["steps"]["note0000"]


def test_a_loop_that_broke_off_says_of_how_many_items(
    browser: OpenBrowser, cast: Cast, make_agent: MakeAgent, start_run: StartRun, session: Session
) -> None:
    run = start_run(make_agent(_with_a_loop()), {"name": "O"})
    with database.writing(session):
        _set(session, run, RunStatus.FAILED)
        run.failed_node_id = "each0000"
        _record(session, run, "each0000", StepStatus.FAILED, input={"items": ["a", "b", "c"]})
        _record(session, run, "note0000", StepStatus.FAILED, iteration="0")
    ben = browser(cast.ben)
    told = ben.get(f"{RUNS}/{run.id}").json or {}
    shown = told["items"]["each0000"]
    assert (shown["number"], shown["count"], shown["after"]) == (1, 3, None)
    assert (told["steps"]["each0000"]["done"], told["steps"]["each0000"]["count"]) == (0, 3)
    page = ben.get(f"/w/harbour-pine/runs/{run.id}?item=each0000:0")
    assert "Item 1 of 3" in page.text


def test_the_last_ten_runs_are_offered(
    browser: OpenBrowser, cast: Cast, agent: Agent, start_run: StartRun
) -> None:
    runs = [start_run(agent, {"name": "O"}) for _ in range(11)]
    start_run(agent, {"name": "O"}, only_node_id="greet000")
    offered = (browser(cast.olga).get(RUNS).json or {})["runs"]
    assert [one["id"] for one in offered] == [str(one.id) for one in reversed(runs)][:10]
    assert re.search(r"\d\d:\d\d today", offered[0]["at"])


def test_who_may_look_and_who_may_start(
    browser: OpenBrowser, cast: Cast, run: Run, session: Session
) -> None:
    viewer = browser(cast.cleo)
    told = viewer.get(f"{RUNS}/{run.id}")
    assert told.status_code == 200
    assert (told.json or {})["stop"] is None
    assert viewer.get(RUNS).status_code == 200
    assert viewer.get(f"{RUNS}/new?mode=live").status_code == 403
    assert _post(viewer, in_name="Olga").status_code == 403
    operator = browser(cast.olga)
    refused = _post(operator, in_name="Olga")
    assert refused.status_code == 409
    assert "no published version" in (refused.json or {})["sentence"]
    assert len(all_runs(session)) == 1


def test_runs_of_others_are_not_there(
    browser: OpenBrowser, cast: Cast, run: Run, make_agent: MakeAgent, start_run: StartRun
) -> None:
    ben = browser(cast.ben)
    other = start_run(make_agent(in_a_row(form(), answer("Hi")), "Other"))
    assert ben.get(f"{RUNS}/{other.id}").status_code == 404
    assert ben.get(f"{AGENTS}/other/canvas/runs/{run.id}").status_code == 404
    assert ben.get(f"{RUNS}/{uuid.uuid4()}").status_code == 404
    outsider = browser(cast.dan)
    assert outsider.get(f"{RUNS}/{run.id}").status_code == 404
    assert outsider.get(RUNS).status_code == 404
