"""Starting, watching and stopping runs in a browser without scripts."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.agents.models import Agent
from app.runs.models import Run
from tests.cast import Cast
from tests.runs.conftest import OpenBrowser
from tests.runs.house import House, has_ended, until

START = "/w/harbour-pine/agents/greeter/runs"
FORM = "/w/harbour-pine/agents/greeter/runs/new"
RUNS = "/w/harbour-pine/runs"


def test_it_works(
    browser: OpenBrowser, cast: Cast, agent: Agent, session: Session, house: House
) -> None:
    ben = browser(cast.ben)
    assert "Name" in ben.get(FORM).text
    answer = ben.send(FORM, START, in_name="Ada", mode="live")
    assert answer.status_code == 303
    (run,) = session.scalars(select(Run)).all()
    assert answer.headers["Location"] == f"{RUNS}/{run.id}"
    assert "every 1s" in ben.get(f"{RUNS}/{run.id}").text

    house.open_worker()
    until(lambda: has_ended(session, run))
    shown = ben.get(f"{RUNS}/{run.id}").text
    assert "Hello Ada" in shown
    assert "every 1s" not in shown
    assert "Greeter" in ben.get(RUNS).text
