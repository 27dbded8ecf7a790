"""Which view of a flow links lead to: the one the person used last, with step and run kept."""

from app.agents.models import Agent
from tests.accounts.browser import Browser
from tests.cast import Cast
from tests.house.sources import APP, TEMPLATES, short
from tests.runs.conftest import (
    MakeAgent,
    OpenBrowser,
    StartRun,
    agent,
    browser,
    make_agent,
    start_run,
)
from tests.runs.flows import answer, form, http, in_a_row

__all__ = ["agent", "browser", "make_agent", "start_run"]
AGENT = "/w/harbour-pine/agents/greeter"
# They lead back whoever began a run in the outline.
BACK_TO_THE_OUTLINE = {"app/runs/start_routes.py", "templates/runs/new.html"}
RUN = "019a0000-0000-7000-8000-000000000001"


def _way_in(person: Browser, asked: str = "") -> str:
    return person.client.get(f"{AGENT}/edit/view{asked}").location


def test_it_leads_to_the_view_used_last_with_step_and_run(
    browser: OpenBrowser, cast: Cast, make_agent: MakeAgent
) -> None:
    make_agent(in_a_row(form(), answer("Hi")))
    ben = browser(cast.ben)
    assert _way_in(ben).endswith("/canvas")
    ben.client.get(f"{AGENT}/edit").close()
    assert _way_in(ben, f"?step=answer00&run={RUN}").endswith(f"/edit?step=answer00&run={RUN}")
    ben.client.get(f"{AGENT}/canvas").close()
    assert _way_in(ben, f"?step=answer00&run={RUN}").endswith(f"/canvas?step=answer00&run={RUN}")
    assert _way_in(ben, "?run=https://elsewhere.example").endswith("/canvas")


def test_what_keeps_a_flow_from_running_is_mended_there(
    browser: OpenBrowser, cast: Cast, make_agent: MakeAgent
) -> None:
    make_agent(in_a_row(form(), http("send", "")))
    refused = browser(cast.ben).get(f"{AGENT}/runs/new?draft=yes").text
    assert f'href="{AGENT}/edit/view?step=send0000"' in refused


def test_only_the_outline_leads_to_itself_by_name() -> None:
    files = [*APP.rglob("*.py"), *TEMPLATES.rglob("*.html")]
    strangers = [
        short(path)
        for path in files
        if "editor.show" in path.read_text("utf-8")
        and "editor" not in path.parts
        and short(path) not in BACK_TO_THE_OUTLINE
    ]
    assert strangers == []


def test_a_run_leads_to_the_canvas_with_itself_laid_over(
    browser: OpenBrowser, cast: Cast, agent: Agent, start_run: StartRun
) -> None:
    run = start_run(agent, {"name": "Olga"})
    one_step = start_run(agent, {"name": "Olga"}, only_node_id="greet000")
    cleo = browser(cast.cleo)
    shown = cleo.get(f"/w/harbour-pine/runs/{run.id}").text
    assert f'href="{AGENT}/canvas?run={run.id}"' in shown
    assert "/canvas?run=" not in cleo.get(f"/w/harbour-pine/runs/{one_step.id}").text
