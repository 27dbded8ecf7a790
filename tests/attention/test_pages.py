"""The page, its count in the sidebar, and the same list on Home."""

import re
from collections.abc import Callable
from html import unescape

import pytest
from sqlalchemy.orm import Session

from app import database
from app.agents.models import Agent
from app.engine.states import RunStatus
from app.lib import clock
from app.runs.models import Run
from tests.cast import Cast
from tests.databases import on_both
from tests.runs.conftest import MakeAgent, OpenBrowser, StartRun
from tests.runs.flows import greeting

PAGE = "/w/harbour-pine/attention"


@pytest.fixture
def fail(session: Session, agent: Agent, start_run: StartRun) -> Callable[[], Run]:
    """The agent fails once more."""

    def once() -> Run:
        run = start_run(agent, {"name": "Ada"})
        with database.writing(session):
            run.status, run.finished_at = RunStatus.FAILED, clock.now()
            run.error_message = "Nobody <b>to</b> pay."
        return run

    return once


def test_it_works(browser: OpenBrowser, cast: Cast, fail: Callable[[], Run]) -> None:
    run = fail()
    page = browser(cast.cleo).get(PAGE).text
    assert "Greeter failed" in page
    assert "Nobody &lt;b&gt;to&lt;/b&gt; pay." in page
    assert f'href="/w/harbour-pine/runs/{run.id}"' in page
    assert '1<span class="sr"> waiting for you</span>' in page
    assert "Nobody &lt;b&gt;to" in browser(cast.cleo).get("/w/harbour-pine/").text


@on_both
def test_failures_in_a_row_are_continued_together(
    browser: OpenBrowser,
    cast: Cast,
    session: Session,
    fail: Callable[[], Run],
    make_agent: MakeAgent,
    start_run: StartRun,
) -> None:
    before, good, *runs = (fail() for _ in range(5))
    of_another = start_run(make_agent(greeting(), "Other"), {"name": "Ada"})
    with database.writing(session):
        good.status = of_another.status = RunStatus.SUCCESS
    page = browser(cast.olga).get(PAGE).text
    assert "Greeter failed 3 times in a row" in page
    assert page.count('class="need"') == 1
    assert f'href="/w/harbour-pine/runs/{runs[-1].id}"' in page
    found = re.search(r'href="([^"]+/continuations/new[^"]+)"', page)
    assert found is not None
    together = browser(cast.ben).get(unescape(found[1])).text
    assert all(str(run.id) in together for run in runs)
    assert str(before.id) not in together
    assert "Continue together" not in browser(cast.cleo).get(PAGE).text


def test_nothing_says_so_and_when_it_was_looked_at(browser: OpenBrowser, cast: Cast) -> None:
    page = browser(cast.ada).get(PAGE).text
    assert "Nothing needs you" in page
    assert "Looked at " in page
    assert "waiting for you" not in page


def test_another_workspace_sees_nothing(
    browser: OpenBrowser, cast: Cast, fail: Callable[[], Run]
) -> None:
    fail()
    assert "Nothing needs you" in browser(cast.dan).get("/w/elsewhere/attention").text
    assert browser(cast.dan).get(PAGE).status_code == 404
