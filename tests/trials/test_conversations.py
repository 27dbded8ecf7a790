"""A try of an agent with tools shows its conversation as the page of a run does."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.runs.models import Run
from tests.cast import Cast
from tests.runs.conftest import MakeAgent, OpenBrowser
from tests.runs.flows import in_a_row, step
from tests.runs.house import House, has_ended, until

TRIAL = "/w/harbour-pine/agents/greeter/steps/agent000/trial"


def test_it_works(
    browser: OpenBrowser, session: Session, cast: Cast, make_agent: MakeAgent, house: House
) -> None:
    make_agent(
        in_a_row(
            step("start", "start_form", {"inputs": []}),
            step("agent", "agent_with_tools", {"task": "What is 12 * 3?", "tools": []}),
        )
    )
    house.open_worker()
    ben = browser(cast.ben)
    sent = ben.send(TRIAL, f"{TRIAL}/runs")
    assert sent.status_code == 303
    session.rollback()
    run = session.scalars(select(Run).where(Run.only_node_id.is_not(None))).one()
    until(lambda: has_ended(session, run))
    page = ben.get(sent.location).text
    assert "What was said and done" in page
    assert 'class="turns-task"' in page
    assert "12 * 3 = 36" in page
    assert page.count("What is 12 * 3?") < 4, "the conversation is not told a second time"
