"""The page of how an agent does, the card on its page, and the figure in the list."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.agents import drafts
from app.agents.models import Agent
from app.engine.states import RunStatus
from app.performance.keeping import Books
from tests.agents.pages import AGENTS, words
from tests.cast import Cast
from tests.performance.conftest import AddRun

Browser = Callable[[User], FlaskClient]
PAGE = f"{AGENTS}/greeter/performance"


def test_an_agent_that_never_ran_says_so(browser: Browser, cast: Cast, agent: Agent) -> None:
    assert "No runs in the last 30 days" in words(browser(cast.cleo).get(PAGE))
    assert "Last 30 days" not in words(browser(cast.cleo).get(f"{AGENTS}/greeter"))


def test_it_tells_how_runs_went(
    browser: Browser,
    cast: Cast,
    agent: Agent,
    session: Session,
    add_run: AddRun,
    books: Books,
) -> None:
    step = drafts.draft_of(session, agent).flow_graph.graph.order[1]
    for _ in range(3):
        add_run(cost=50_000, tokens=1_200)
    add_run(RunStatus.FAILED, failed_node_id=step.id, error_message="The door <b>was</b> shut.")
    books.round()
    cleo = browser(cast.cleo)
    answer = cleo.get(PAGE)
    said = words(answer)
    assert "Runs 4 Went well 75 %" in said
    assert "Cost 15 cents Tokens 3,600" in said
    assert "The door &lt;b&gt;was&lt;/b&gt; shut." in answer.text
    assert "Greet The door" in said
    assert "See the run" in said
    shown = words(cleo.get(f"{AGENTS}/greeter"))
    assert "Last 30 days How it does 4 runs" in shown
    assert "75 % went well" in shown
    assert "75 %" in words(cleo.get(AGENTS))


def test_no_run_took_less_than_nothing(
    browser: Browser, cast: Cast, agent: Agent, add_run: AddRun, books: Books
) -> None:
    add_run(took=0.004)
    books.round()
    said = words(browser(cast.cleo).get(PAGE))
    assert "Half took less than 0.1 s 19 of 20 took less than 0.1 s" in said
    assert "half of them took less than 0.1 s" in words(browser(cast.cleo).get(f"{AGENTS}/greeter"))


@pytest.mark.parametrize("person", ["dan"])
def test_another_workspace_gets_404(
    browser: Browser, cast: Cast, agent: Agent, person: str
) -> None:
    assert browser(getattr(cast, person)).get(PAGE).status_code == 404
    assert browser(cast.dan).get("/w/elsewhere/agents/greeter/performance").status_code == 404
