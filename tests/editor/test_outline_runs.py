"""Runs laid over the outline: begun there, followed, looked back at, all without scripts."""

import re
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from app import database
from app.agents.models import Agent
from app.engine.graph import Graph
from app.engine.states import RunMode, RunStatus, StepStatus
from app.lib import clock
from app.runs.models import Run
from tests.agents.pages import words
from tests.cast import Cast
from tests.editor.test_canvas_runs import _record, _set
from tests.runs.conftest import (
    MakeAgent,
    OpenBrowser,
    StartRun,
    agent,
    browser,
    make_agent,
    start_run,
)
from tests.runs.flows import answer, form, in_a_row, step
from tests.runs.pages import all_runs

__all__ = ["agent", "browser", "make_agent", "start_run"]
AGENT = "/w/harbour-pine/agents/greeter"
OUTLINE = f"{AGENT}/edit"


@pytest.fixture
def run(agent: Agent, start_run: StartRun) -> Run:
    """A rehearsal of the greeter."""
    return start_run(agent, {"name": "Olga"}, mode=RunMode.REHEARSAL)


def _mark(page: str, step_id: str) -> str:
    found = re.search(rf'<(a|span) class="state ran[^"]*" id="ran-{step_id}".*?</\1>', page, re.S)
    assert found, step_id
    return found[0]


def test_a_flow_that_asks_nothing_is_rehearsed_at_once_and_seen_there(
    browser: OpenBrowser, cast: Cast, make_agent: MakeAgent, session: Session
) -> None:
    make_agent(in_a_row(form(), answer("Hi")))
    ben = browser(cast.ben)
    begun = ben.send(OUTLINE, f"{AGENT}/rehearsals")
    [made] = all_runs(session)
    assert made.mode is RunMode.REHEARSAL
    assert begun.location == f"{OUTLINE}?run={made.id}"
    page = ben.get(begun.location).text
    assert "Rehearsal waiting" in page
    assert "Waiting" in _mark(page, "answer00")
    assert f'hx-get="{OUTLINE}/run?' in page


def test_what_a_flow_asks_is_asked_first_and_leads_back(
    browser: OpenBrowser, cast: Cast, agent: Agent, session: Session
) -> None:
    ben = browser(cast.ben)
    asked = ben.send(OUTLINE, f"{AGENT}/rehearsals").location
    assert asked == f"{AGENT}/runs/new?draft=yes&mode=rehearsal&then=outline"
    page = ben.get(asked).text
    assert 'value="live"' not in page
    begun = ben.send(
        asked,
        f"{AGENT}/runs",
        draft="yes",
        then="outline",
        mode="rehearsal",
        in_name="Olga",
    )
    [made] = all_runs(session)
    assert begun.location == f"{OUTLINE}?run={made.id}"
    assert all_runs(session)[0].mode is RunMode.REHEARSAL


def test_steps_show_how_they_went_and_lead_to_their_result(
    browser: OpenBrowser, cast: Cast, run: Run, session: Session
) -> None:
    with database.writing(session):
        _set(session, run, RunStatus.RUNNING)
        ended = run.created_at + timedelta(seconds=0.4)
        _record(session, run, "start000", StepStatus.SUCCESS, finished_at=ended)
        _record(session, run, "greet000", StepStatus.RUNNING, finished_at=None)
    ben = browser(cast.ben)
    page = ben.get(f"{OUTLINE}?run={run.id}").text
    assert "Rehearsing" in page
    assert "step 2 of 3" in page
    assert "0.4 s" in _mark(page, "start000")
    assert f'href="{AGENT}/steps/start000/result?run={run.id}"' in _mark(page, "start000")
    assert re.search(r'class="state ran live".*lamp-dot', _mark(page, "greet000"))
    assert re.search(r'class="ol-step running" id="step-greet000"', page)
    assert _mark(page, "answer00").startswith("<span")
    with database.writing(session):
        _set(session, run, RunStatus.FAILED)
        run.failed_node_id, run.error_message = "greet000", "It broke."
    over = ben.get(f"{OUTLINE}?run={run.id}").text
    assert "Rehearsal failed" in over
    assert "Skipped" in _mark(over, "answer00")
    assert "data-poll" not in over
    assert "failed: It broke." in over, "the strip tells the last run"


def test_a_live_run_is_asked_for_until_it_ends(
    browser: OpenBrowser, cast: Cast, run: Run, session: Session
) -> None:
    ben = browser(cast.ben)
    with database.writing(session):
        _set(session, run, RunStatus.RUNNING)
    page = ben.get(f"{OUTLINE}?run={run.id}&step=greet000").text
    poll = re.search(r'data-poll hx-get="([^"]+)"', page)
    assert poll
    address = poll[1].replace("&amp;", "&")
    assert "step=greet000" in address
    answered = ben.get(address, **{"HX-Request": "true"})
    assert answered.status_code == 200, "no worker has said that nothing is new"
    assert answered.text.lstrip().startswith('<div class="ol-in" id="list">')
    assert 'class="panel' not in answered.text
    with database.writing(session):
        _set(session, run, RunStatus.SUCCESS)
    assert "data-poll" not in ben.get(address, **{"HX-Request": "true"}).text


def test_changes_keep_the_run_in_sight(browser: OpenBrowser, cast: Cast, run: Run) -> None:
    ben = browser(cast.ben)
    page = ben.get(f"{OUTLINE}?run={run.id}").text
    switch = f"{OUTLINE}/steps/greet000/switch?run={run.id}"
    assert f'formaction="{switch}"' in page
    changed = ben.send(OUTLINE, switch, revision="1", to="off")
    assert changed.location == f"{OUTLINE}?run={run.id}"
    assert f'href="{AGENT}/canvas?run={run.id}"' in page
    assert f'href="{OUTLINE}"' in page, "the way to take it off"
    assert "?run=" not in ben.get(OUTLINE).text.replace(f'href="{OUTLINE}?run={run.id}"', "")


def test_the_items_of_a_loop_can_be_gone_through(
    browser: OpenBrowser, cast: Cast, make_agent: MakeAgent, start_run: StartRun, session: Session
) -> None:
    flow = in_a_row(form("name"), step("each", "for_each", {"items": "x"}), answer("Hi"))
    note = step("note", "set_values", {"values": []}, parent="each0000")
    run = start_run(make_agent(Graph(steps=(*flow.steps, note), links=flow.links)), {"name": "O"})
    with database.writing(session):
        _set(session, run, RunStatus.SUCCESS)
        given = {"items": [1, 2], "count": 2, "errors": []}
        _record(session, run, "each0000", StepStatus.SUCCESS, output=given)
        for number in range(2):
            ended = run.created_at + timedelta(seconds=0.3)
            _record(
                session,
                run,
                "note0000",
                StepStatus.SUCCESS,
                iteration=str(number),
                finished_at=ended,
            )
    ben = browser(cast.ben)
    page = ben.get(f"{OUTLINE}?run={run.id}").text
    assert "2 of 2" in _mark(page, "each0000")
    assert "2 times, 0.6 s" in _mark(page, "note0000")
    assert "Item 1 of 2" in page
    after = f"{OUTLINE}?item=each0000:1&amp;run={run.id}"
    assert f'href="{after}"' in page
    second = ben.get(after.replace("&amp;", "&")).text
    assert "Item 2 of 2" in second
    assert "item=1" in _mark(second, "note0000")


def test_runs_of_others_and_rubbish_are_not_laid_over(
    browser: OpenBrowser, cast: Cast, run: Run, make_agent: MakeAgent, start_run: StartRun
) -> None:
    ben = browser(cast.ben)
    other = start_run(make_agent(in_a_row(form(), answer("Hi")), "Other"))
    tried = start_run(other.agent, {}, only_node_id="answer00")
    for asked in (f"{OUTLINE}?run={other.id}", f"{OUTLINE}?run=x", f"{AGENT}/edit?run={tried.id}"):
        page = ben.get(asked)
        assert page.status_code == 200
        assert 'id="run-here"' not in page.text
    assert browser(cast.dan).get(f"{OUTLINE}/run?run={run.id}").status_code == 404


def test_a_viewer_sees_runs_and_starts_none(browser: OpenBrowser, cast: Cast, run: Run) -> None:
    cleo = browser(cast.cleo)
    page = cleo.get(f"{OUTLINE}?run={run.id}")
    assert 'id="run-here"' in page.text
    assert "Stop" not in words(page)
    assert f"{AGENT}/rehearsals" not in page.text


def test_the_strip_says_how_the_last_run_went(
    browser: OpenBrowser, cast: Cast, run: Run, session: Session
) -> None:
    ben = browser(cast.ben)
    with database.writing(session):
        _set(session, run, RunStatus.SUCCESS)
        run.created_at = clock.now() - timedelta(minutes=2, seconds=5)
    for page in (OUTLINE, f"{AGENT}/canvas"):
        assert "Last rehearsal 2 min ago: fine" in ben.get(page).text
