"""Two runs side by side, and one run as a file."""

import json

from sqlalchemy.orm import Session

from app.agents.models import Agent
from app.runs.models import Run
from tests.cast import Cast
from tests.databases import on_both
from tests.replays.conftest import MakeAgent, OpenBrowser, RunAll, Shop, StartRun
from tests.runs.flows import greeting
from tests.runs.pages import RUNS


def comparison(run: Run, other: Run | None = None) -> str:
    """Where the run is compared, with another if one is given."""
    return f"{RUNS}/{run.id}/comparison" + (f"?with={other.id}" if other else "")


def main_of(page: str) -> str:
    """What the page is about; around it are tokens that name the second."""
    return page.partition("<main")[2].partition("</main>")[0]


@on_both
def test_it_marks_what_differs(
    browser: OpenBrowser, cast: Cast, agent: Agent, run_all: RunAll
) -> None:
    earlier, later = run_all(agent, "Ada", "Maria")
    cleo = browser(cast.cleo)
    shown = cleo.get(comparison(later)).text  # the last good run is offered by itself
    assert main_of(shown) == main_of(cleo.get(comparison(later, earlier)).text)
    assert "3 steps of 3 differ." in shown
    assert ">Hello Ada</td>" in shown
    assert ">Hello Maria</td>" in shown
    assert shown.count('<tr class="differs">') >= 3
    (same,) = run_all(agent, "Maria")
    assert (
        "Both began with the same values. 0 steps of 3 differ."
        in cleo.get(comparison(same, later)).text
    )


def test_a_first_run_has_nothing_beside_it(
    browser: OpenBrowser, cast: Cast, agent: Agent, start_run: StartRun
) -> None:
    run = start_run(agent, {"name": "Ada"})
    assert "There is no other run yet" in browser(cast.cleo).get(comparison(run)).text


def test_another_workspace_gets_404(
    browser: OpenBrowser,
    cast: Cast,
    agent: Agent,
    make_agent: MakeAgent,
    start_run: StartRun,
) -> None:
    run = start_run(agent, {"name": "Ada"})
    others = start_run(make_agent(greeting(), "Other"), {"name": "Ada"})
    dan = browser(cast.dan)
    for place in ("comparison", "record"):
        assert dan.get(f"{RUNS}/{run.id}/{place}").status_code == 404
        assert dan.get(f"/w/elsewhere/runs/{run.id}/{place}").status_code == 404
    ben = browser(cast.ben)
    assert ben.get(comparison(run, others)).status_code == 404
    assert ben.get(f"{RUNS}/{run.id}/comparison?with=odd").status_code == 404


def test_a_run_as_a_file_has_copies_for_people_only(
    browser: OpenBrowser, cast: Cast, booker: Agent, shop: Shop, run_all: RunAll, session: Session
) -> None:
    (run,) = run_all(booker, "Maria")
    sent = browser(cast.cleo).get(f"{RUNS}/{run.id}/record")
    assert sent.mimetype == "application/json"
    assert sent.headers["Content-Disposition"] == f'attachment; filename="run-{run.id.hex}.json"'
    told = json.loads(sent.text)
    assert (told["status"], told["failed_step"]) == ("failed", "charge00")
    assert [one["name"] for one in told["steps"]] == ["Answer", "Book", "Charge", "Start"]
    assert told["steps"][1]["output"]["body"]["token"] == "[hidden]"
    assert "sesame" not in sent.text
    assert len(told["log"]) == sent.text.count('"level"') > 0
