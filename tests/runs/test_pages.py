"""Watching, stopping and finding runs."""

import json
import re
from datetime import timedelta
from html.parser import HTMLParser

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app import database
from app.agents.models import Agent
from app.engine.states import RunStatus
from app.gallery.examples import by_key
from app.lib import clock, ids
from app.runs.models import Run, RunLog, RunState
from tests.cast import Cast
from tests.loopback import Loopback, reply
from tests.runs.conftest import MakeAgent, OpenBrowser, StartRun
from tests.runs.flows import answer, form, http, in_a_row, step
from tests.runs.house import House, has_ended, until
from tests.runs.pages import FORM, RUNS, START, all_runs, poll_address


def test_another_workspace_gets_404(
    browser: OpenBrowser, cast: Cast, agent: Agent, start_run: StartRun
) -> None:
    run = start_run(agent, {"name": "Ada"})
    dan = browser(cast.dan)
    for path in ("", "/live?seen=0.0&at=9999999999", "/log"):
        assert dan.get(f"/w/elsewhere/runs/{run.id}{path}").status_code == 404
        assert dan.get(f"{RUNS}/{run.id}{path}").status_code == 404
    for verb in ("cancellation", "decision"):
        assert dan.send("/account", f"/w/elsewhere/runs/{run.id}/{verb}").status_code == 404
    assert dan.get(f"/w/elsewhere/runs?agent={agent.slug}").status_code == 404
    assert browser(cast.ben).get(f"{RUNS}/{ids.new_id()}").status_code == 404


def test_an_open_page_is_told_what_is_new_only(
    browser: OpenBrowser, cast: Cast, agent: Agent, session: Session, house: House
) -> None:
    with Loopback(lambda _request: reply(body=b"1")):
        ben = browser(cast.ben)
        page = ben.send(FORM, START, in_name="Ada").location
        (run,) = all_runs(session)
        poll = poll_address(ben.get(page).text)
        assert ben.get(poll).status_code == 200  # nobody has put a mark for it yet
        house.open_worker()
        until(lambda: has_ended(session, run))
    seen = f"{page}/live?seen={run.claim}.{run.seq}&at=9999999999"
    # The mark is put just after the end is stored.
    until(lambda: ben.get(seen).status_code == 204)
    assert ben.get(seen.replace("at=9999999999", "at=1")).status_code == 200
    last = ben.get(poll)
    assert last.status_code == 200
    assert "hx-trigger" not in last.text


def test_a_waiting_run_is_cancelled_at_once(
    browser: OpenBrowser, cast: Cast, agent: Agent, session: Session, start_run: StartRun
) -> None:
    run = start_run(agent, {"name": "Ada"})
    assert browser(cast.cleo).send("/account", f"{RUNS}/{run.id}/cancellation").status_code == 403
    olga = browser(cast.olga)
    assert olga.send(f"{RUNS}/{run.id}", f"{RUNS}/{run.id}/cancellation").status_code == 303
    assert has_ended(session, run)
    assert (run.status, run.cancelled_by) == (RunStatus.CANCELLED, cast.olga.id)
    assert session.scalar(select(func.count()).select_from(RunState)) == 0
    assert "Cancelled by Olga" in olga.get(f"{RUNS}/{run.id}").text
    before = run.seq
    olga.send("/account", f"{RUNS}/{run.id}/cancellation")
    assert has_ended(session, run)
    assert run.seq == before


def test_cancelling_wins_while_a_step_waits(
    browser: OpenBrowser, cast: Cast, make_agent: MakeAgent, session: Session, house: House
) -> None:
    import threading

    gate = threading.Event()

    def say(_request: object) -> bytes:
        gate.wait(20)
        return reply(body=b"late")

    with Loopback(say) as service:
        make_agent(in_a_row(form("name"), http("slow", service.url), answer("Hello")))
        ben = browser(cast.ben)
        page = ben.send(FORM, START, in_name="Ada").location
        (run,) = all_runs(session)
        house.open_worker()
        until(lambda: service.received)
        ben.send(page, f"{page}/cancellation")
        until(lambda: has_ended(session, run), within_s=5)
        gate.set()
    assert run.status is RunStatus.CANCELLED
    assert "Cancelled" in ben.get(page).text


def test_a_failure_says_what_happened_and_what_to_do(
    browser: OpenBrowser, cast: Cast, make_agent: MakeAgent, session: Session, house: House
) -> None:
    stop = step("stop", "stop_with_error", {"sentence": "The bill needs {{ trigger.name }}."})
    make_agent(in_a_row(form("name"), stop))
    ben = browser(cast.ben)
    page = ben.send(FORM, START, in_name="a payer").location
    house.open_worker()
    (run,) = all_runs(session)
    until(lambda: has_ended(session, run))
    shown = ben.get(page).text
    assert "The bill needs a payer." in shown
    assert "at step 2 of 2" in shown
    assert shown.count("btn primary") == 1
    assert "step=stop0000" in shown
    seen_by_cleo = browser(cast.cleo).get(page).text
    assert "Somebody who builds here can mend it" in seen_by_cleo


def test_the_list_is_narrowed_and_paged(
    browser: OpenBrowser,
    cast: Cast,
    agent: Agent,
    make_agent: MakeAgent,
    session: Session,
    start_run: StartRun,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ben = browser(cast.ben)
    assert "Nothing has run yet" in ben.get(RUNS).text
    monkeypatch.setattr("app.runs.directory.PAGE_SIZE", 2)
    runs = [start_run(agent) for _ in range(5)]
    other = start_run(make_agent(in_a_row(form(), answer("Hello")), "Other"))
    with database.writing(session):
        session.execute(
            update(Run).where(Run.id == runs[0].id).values(status=RunStatus.FAILED, summary="Oh")
        )

    def shown(address: str) -> list[str]:
        return re.findall(rf'{RUNS}/([0-9a-f-]{{36}})"', ben.get(address).text)

    first = shown(RUNS)
    assert first == [str(other.id), str(runs[4].id)]
    second = shown(f"{RUNS}?older_than={first[-1]}")
    assert second == [str(runs[3].id), str(runs[2].id)]
    assert shown(f"{RUNS}?newer_than={second[0]}") == first
    assert shown(f"{RUNS}?status=failed") == [str(runs[0].id)]
    assert shown(f"{RUNS}?agent=other") == [str(other.id)]
    assert "No runs like that" in ben.get(f"{RUNS}?agent=other&status=failed").text
    for wrong in ("status=odd", "agent=nobody", "older_than=x"):
        assert ben.get(f"{RUNS}?{wrong}").status_code == 404


def test_live_rows_are_told_what_is_new_only(
    browser: OpenBrowser, cast: Cast, agent: Agent, session: Session, start_run: StartRun
) -> None:
    run = start_run(agent)
    ben = browser(cast.ben)
    poll = poll_address(ben.get(RUNS).text)
    as_htmx = {"HX-Request": "true"}
    assert ben.get(poll, **as_htmx).status_code == 204
    with database.writing(session):
        session.execute(
            update(Run)
            .where(Run.id == run.id)
            .values(seq=9, status=RunStatus.SUCCESS, finished_at=clock.now())
        )
    last = ben.get(poll, **as_htmx)
    assert last.status_code == 200
    assert "<html" not in last.text
    assert "hx-trigger" not in last.text


def test_a_long_log_is_cut_on_the_page_only(
    browser: OpenBrowser, cast: Cast, agent: Agent, session: Session, start_run: StartRun
) -> None:
    run = start_run(agent)
    with database.writing(session):
        session.add_all(
            RunLog(
                workspace_id=run.workspace_id,
                run_id=run.id,
                seq=number,
                at=clock.now() - timedelta(seconds=400 - number),
                text=f"line {number}\nand more",
            )
            for number in range(1, 251)
        )
    ben = browser(cast.ben)
    assert "50 earlier lines are in the download" in ben.get(f"{RUNS}/{run.id}").text
    text = ben.get(f"{RUNS}/{run.id}/log")
    assert text.mimetype == "text/plain"
    assert text.text.count("\n") == 250


def test_the_count_of_steps_leaves_out_what_was_passed_by(
    browser: OpenBrowser, cast: Cast, make_agent: MakeAgent, session: Session, house: House
) -> None:
    example = by_key("split-a-bill")
    assert example
    agent = make_agent(example.graph, "Split a bill")
    ben = browser(cast.ben)
    start = f"/w/harbour-pine/agents/{agent.slug}/runs"
    page = ben.send(f"{start}/new", start, in_total="90", in_people="3").location
    (run,) = all_runs(session)
    house.open_worker()
    until(lambda: has_ended(session, run))
    assert "of 5 done, 1 passed by" in ben.get(page).text


class _CopyButtons(HTMLParser):
    """The attributes of each button that copies, as a browser reads them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[dict[str, str | None]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "button" and "data-copy" in dict(attrs):
            self.found.append(dict(attrs))


def test_a_value_is_copied_whole_and_never_becomes_an_attribute(
    browser: OpenBrowser, cast: Cast, agent: Agent, session: Session, house: House
) -> None:
    said = "Ada\" hx-get=/account hx-trigger=load <b>'&"
    ben = browser(cast.ben)
    page = ben.send(FORM, START, in_name=said).location
    (run,) = all_runs(session)
    house.open_worker()
    until(lambda: has_ended(session, run))
    buttons = _CopyButtons(ben.get(page).text).found
    assert all(set(one) == {"class", "type", "data-copy"} for one in buttons)
    answered, *steps = (one["data-copy"] or "" for one in buttons)
    assert answered == f"Hello {said}"
    assert {"name": said} in [json.loads(one) for one in steps]
