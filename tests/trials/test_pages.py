"""The pages on which one step is tried and its sample pinned."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import database
from app.agents import lifecycle
from app.agents.models import Agent
from app.engine.states import RunMode, RunStatus, StepStatus
from app.runs.models import Run, RunNode
from app.trials import trying
from app.trials.models import Sample
from app.trials.trying import Trial
from app.vault.keys import Keyring
from tests.cast import Cast
from tests.loopback import Loopback, reply
from tests.runs.conftest import MakeAgent, OpenBrowser, StartRun
from tests.runs.flows import answer, form, http, in_a_row, set_values, step
from tests.runs.house import House, has_ended, until

STEPS = "/w/harbour-pine/agents/greeter/steps"
GREET = f"{STEPS}/greet000"


@pytest.fixture
def ran(session: Session, agent: Agent, start_run: StartRun) -> Run:
    """A run of the agent that is done: Olga was greeted."""
    run = start_run(agent, {"name": "Olga"})
    _record(session, run, "start000", {"name": "Olga", "token": "[hidden]"})
    _record(session, run, "greet000", {"greeting": "Hello Olga"})
    return run


def _record(session: Session, run: Run, node: str, output: Any) -> None:
    with database.writing(session):
        run.status = RunStatus.SUCCESS
        session.add(
            RunNode(
                workspace_id=run.workspace_id,
                run_id=run.id,
                node_id=node,
                node_type="set_values",
                status=StepStatus.SUCCESS,
                output=output,
                started_at=run.created_at,
                finished_at=run.created_at,
            )
        )


def _tries(session: Session) -> list[Run]:
    session.rollback()
    return list(session.scalars(select(Run).where(Run.only_node_id.is_not(None))))


def test_it_works(
    browser: OpenBrowser, session: Session, cast: Cast, ran: Run, house: House
) -> None:
    house.open_worker()
    ben = browser(cast.ben)
    page = ben.get(f"{GREET}/trial").text
    assert 'name="v:start000.name" value="Olga"' in page
    assert "Hello Olga" in page  # what it would be given, and what it gave last
    assert "from the run of" in page
    sent = ben.send(f"{GREET}/trial", f"{GREET}/trial/runs", **{"v:start000.name": "Tobias"})
    assert sent.status_code == 303
    (run,) = _tries(session)
    until(lambda: has_ended(session, run))
    done = ben.get(sent.location).text
    assert "Hello Tobias" in done
    assert 'name="v:start000.name" value="Tobias"' in done  # the words stay
    part = ben.get(f"{GREET}/trial/runs/{run.id}").text
    assert "Pin this as sample" in part
    assert "hx-trigger" not in part
    assert ben.send(f"{GREET}/trial", f"{GREET}/sample", run=str(run.id)).status_code == 303
    assert "from the try of" in ben.get(f"{GREET}/trial").text
    nxt = ben.get(f"{STEPS}/answer00/trial").text
    assert 'value="Hello Tobias"' in nxt
    ben.send(f"{GREET}/trial", f"{GREET}/sample/removal")
    assert session.scalars(select(Sample)).all() == []


def test_the_page_of_a_try_is_about_its_one_step(
    browser: OpenBrowser, session: Session, cast: Cast, ran: Run, house: House
) -> None:
    house.open_worker()
    ben = browser(cast.ben)
    ben.send(f"{GREET}/trial", f"{GREET}/trial/runs", **{"v:start000.name": "Tobias"})
    (run,) = _tries(session)
    until(lambda: has_ended(session, run))
    shown = ben.get(f"/w/harbour-pine/runs/{run.id}").text
    assert "<title>Try of “Greet”, done" in shown
    for words in ("Try of one step", "It really happened", "Whole try as JSON", f"{GREET}/trial"):
        assert words in shown
    for words in ("Run again", "Compare", 'id="step-answer00"', 'id="step-start000"'):
        assert words not in shown
    assert "Try of one step" in ben.get("/w/harbour-pine/runs").text


def test_a_step_inside_a_loop_has_its_page_too(
    browser: OpenBrowser,
    session: Session,
    cast: Cast,
    make_agent: MakeAgent,
    keyring: Keyring,
    house: House,
) -> None:
    loop = step("each", "for_each", {"items": ["Ada", "Ben"]})
    inner = replace(set_values("greet", x="Hello {{ item }}"), parent=loop.id)
    outer = in_a_row(form("name"), loop, answer("x"))
    agent = make_agent(replace(outer, steps=(*outer.steps, inner)), "Loops")
    trial = Trial(outputs={}, mode=RunMode.LIVE, by=cast.ben, key=None)
    with database.writing(session):
        run = trying.start(session, keyring, agent=agent, step=inner, trial=trial)
    house.open_worker()
    until(lambda: has_ended(session, run))
    ben = browser(cast.ben)
    assert "Hello Ada" in ben.get(f"/w/harbour-pine/runs/{run.id}").text
    steps = "/w/harbour-pine/agents/loops/steps/greet000"
    assert "Hello Ada" in ben.get(f"{steps}/trial?run={run.id}").text


def test_an_earlier_run_can_be_chosen(browser: OpenBrowser, cast: Cast, ran: Run) -> None:
    ben = browser(cast.ben)
    ben.send(f"{STEPS}/start000/trial", f"{STEPS}/start000/sample", typed='{"name": "Pinned"}')
    assert 'value="Pinned"' in ben.get(f"{GREET}/trial").text
    assert 'value="Olga"' in ben.get(f"{GREET}/trial?data={ran.id}").text


def test_a_viewer_may_not(browser: OpenBrowser, cast: Cast, agent: Agent) -> None:
    for person in (cast.cleo, cast.olga):
        assert browser(person).get(f"{GREET}/trial").status_code == 403


def test_another_workspace_gets_404(browser: OpenBrowser, cast: Cast, ran: Run) -> None:
    dan = browser(cast.dan)
    assert dan.get(f"{GREET}/trial").status_code == 404
    elsewhere = "/w/elsewhere/agents/greeter/steps/greet000/trial"
    assert dan.get(elsewhere).status_code == 404
    ben = browser(cast.ben)
    assert ben.get(f"{GREET}/trial?run={ran.id}").status_code == 404  # no try of this step
    assert ben.get(f"{STEPS}/nothing0/trial").status_code == 404


def test_a_wrong_form_comes_back(
    browser: OpenBrowser, session: Session, cast: Cast, ran: Run
) -> None:
    ben = browser(cast.ben)
    fields = {"v:start000.name": "{not json", "as:start000.name": "json"}
    answer = ben.send(f"{GREET}/trial", f"{GREET}/trial/runs", **fields)
    assert answer.status_code == 422
    assert "{not json" in answer.text
    assert "This is not valid JSON" in answer.text
    assert _tries(session) == []
    wrong = ben.send(f"{GREET}/trial", f"{GREET}/sample", typed="{oh")
    assert wrong.status_code == 422
    assert "{oh" in wrong.text


def test_what_was_not_kept_is_asked_for_and_not_pinned(
    browser: OpenBrowser, session: Session, cast: Cast, make_agent: MakeAgent, start_run: StartRun
) -> None:
    agent = make_agent(in_a_row(form("token"), answer("{{ trigger.token }}")), "Greeter")
    run = start_run(agent, {"token": "x"})
    _record(session, run, "start000", {"token": "[hidden]"})
    ben = browser(cast.ben)
    page = f"{STEPS}/answer00/trial"
    assert "Only a part of it was kept" in ben.get(page).text
    assert ben.send(page, f"{page}/runs").status_code == 422
    refused = ben.send(page, f"{STEPS}/start000/sample", run=str(run.id))
    assert refused.status_code == 422
    assert "hidden or shortened" in refused.text
    assert session.scalars(select(Sample)).all() == []


def test_a_write_is_rehearsed_unless_told_and_shown_before_it_is_sent(
    browser: OpenBrowser, session: Session, cast: Cast, make_agent: MakeAgent, house: House
) -> None:
    house.open_worker()
    with Loopback(lambda _got: reply(body=b"{}")) as service:
        send = http("send", f"{service.url}/{{{{ trigger.name }}}}", "POST")
        make_agent(in_a_row(form("name"), send, answer("x")), "Greeter")
        page, ben = f"{STEPS}/send0000/trial", browser(cast.ben)
        assert 'value="rehearsal" checked' in ben.get(page).text
        ben.send(page, f"{page}/runs", **{"v:start000.name": "ada"})
        (run,) = _tries(session)
        until(lambda: has_ended(session, run))
        assert (run.mode, service.received) == (RunMode.REHEARSAL, [])
        asked = ben.send(page, f"{page}/runs", **{"v:start000.name": "ada", "mode": "live"})
        assert "This really happens" in asked.text
        assert f"{service.url}/ada" in asked.text
        assert len(_tries(session)) == 1
        fields = {"v:start000.name": "ada", "mode": "live", "sure": "yes"}
        assert ben.send(page, f"{page}/runs", **fields).status_code == 303
        run = _tries(session)[-1]
        assert run.mode is RunMode.LIVE


def test_a_put_away_agent_is_not_tried(
    browser: OpenBrowser, session: Session, cast: Cast, agent: Agent
) -> None:
    with database.writing(session):
        lifecycle.archive(session, agent, by=cast.ben)
    ben = browser(cast.ben)
    assert "Bring it back" in ben.get(f"{GREET}/trial").text
    assert ben.send(f"{GREET}/trial", f"{GREET}/trial/runs").status_code == 422
    assert _tries(session) == []
