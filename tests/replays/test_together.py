"""Several failed runs continued together: counted first, started once."""

from sqlalchemy.orm import Session

from app.agents.models import Agent
from app.engine.states import RunStatus
from app.lib import ids
from app.runs.models import Run
from tests.cast import Cast
from tests.databases import on_both
from tests.replays.conftest import MakeAgent, OpenBrowser, RunAll, Shop, StartRun, booking
from tests.runs.house import has_ended, until
from tests.runs.pages import RUNS, all_runs

NEW = f"{RUNS}/continuations/new"
SEND = f"{RUNS}/continuations"


def chosen(*runs: Run) -> str:
    """The address that counts these runs."""
    return f"{NEW}?" + "&".join(f"run={run.id}" for run in runs)


@on_both
def test_it_counts_first_and_starts_each_once(
    browser: OpenBrowser,
    cast: Cast,
    booker: Agent,
    shop: Shop,
    run_all: RunAll,
    session: Session,
) -> None:
    runs = run_all(booker, "Maria", "Tobias", "Ines")
    shop.is_broken = False
    ben = browser(cast.ben)
    listed = ben.get(f"{RUNS}?status=failed").text
    assert listed.count('name="run"') == 3
    shown = ben.get(chosen(*runs) + "&version=draft").text
    assert "3 at <b>Charge</b>" in shown
    assert "<b>3 requests</b> were sent, and none is sent again." in shown
    assert "Kept: <b>Book</b> 3 times" in shown
    assert "At least <b>3 requests</b> would be sent." in shown
    assert "<b>Charge</b> 3 times, when each is reached once." in shown
    fields = {"run": [str(run.id) for run in runs], "version": "draft"}
    for _ in range(2):  # a form that is sent twice
        sent = ben.send("/account", SEND, **fields)  # type: ignore[arg-type]
    made = all_runs(session)[3:]
    assert len(made) == 3
    assert sent.status_code == 303
    assert {one.replay_of for one in made} == {run.id for run in runs}
    for one in made:
        until(lambda one=one: has_ended(session, one))
        assert one.status is RunStatus.SUCCESS
    assert (shop.calls("/book"), shop.calls("/charge")) == (3, 6)
    assert ben.get(chosen(*runs)).text.count("Was continued already") == 3


def test_runs_that_cannot_be_continued_are_left_out_and_say_why(
    browser: OpenBrowser,
    cast: Cast,
    make_agent: MakeAgent,
    shop: Shop,
    run_all: RunAll,
    start_run: StartRun,
    session: Session,
) -> None:
    agent = make_agent(booking(shop, charge="{{ steps.book.body.token }}"), "Booker")
    (hidden,) = run_all(agent, "Maria")
    waiting = start_run(make_agent(booking(shop), "Other"), {"name": "x"}, by=cast.ada)
    shown = browser(cast.ben).get(chosen(hidden, waiting)).text
    assert "hidden or shortened: open it and type them" in shown
    assert "Did not fail" in shown
    assert "Continue 0 runs" in shown
    assert f"{RUNS}/{hidden.id}/repeats/new?from=charge00" in shown


def test_all_failed_runs_of_an_agent(
    browser: OpenBrowser, cast: Cast, booker: Agent, run_all: RunAll
) -> None:
    run_all(booker, "Maria", "Tobias")
    ben = browser(cast.ben)
    assert "All failed of Booker" in ben.get(f"{RUNS}?agent=booker").text
    assert "2 at <b>Charge</b>" in ben.get(f"{NEW}?agent=booker").text


def test_another_workspace_sees_none_of_them(
    browser: OpenBrowser, cast: Cast, agent: Agent, start_run: StartRun, session: Session
) -> None:
    run = start_run(agent, {"name": "Ada"})
    dan = browser(cast.dan)
    assert dan.get(chosen(run)).status_code == 404
    elsewhere = f"/w/elsewhere/runs/continuations/new?run={run.id}"
    assert "No runs are chosen" in dan.get(elsewhere).text
    sent = dan.send("/account", "/w/elsewhere/runs/continuations", run=str(run.id))
    assert sent.status_code == 422
    assert len(all_runs(session)) == 1


def test_a_viewer_may_not(
    browser: OpenBrowser, cast: Cast, agent: Agent, start_run: StartRun
) -> None:
    run = start_run(agent, {"name": "Ada"})
    cleo = browser(cast.cleo)
    assert cleo.get(chosen(run)).status_code == 403
    assert cleo.send("/account", SEND, run=str(run.id)).status_code == 403
    assert 'name="run"' not in cleo.get(RUNS).text


def test_a_wrong_form_comes_back(browser: OpenBrowser, cast: Cast) -> None:
    ben = browser(cast.ben)
    assert "No runs are chosen" in ben.get(f"{NEW}?run={ids.new_id()}").text
    assert ben.send("/account", SEND).status_code == 422
    assert ben.get(f"{NEW}?run=odd").status_code == 404
    assert ben.get(f"{NEW}?version=odd").status_code == 404
