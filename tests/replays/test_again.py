"""A run again: from the start or from a step, with the results before it kept."""

import re

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import database
from app.agents import drafts, lifecycle
from app.agents.models import Agent
from app.engine.graph import Graph
from app.engine.states import RunMode, RunStatus, StepStatus
from app.lib import ids
from app.runs.models import Run, RunNode
from app.versions import publication
from tests.cast import Cast
from tests.databases import on_both
from tests.replays.conftest import MakeAgent, OpenBrowser, RunAll, Shop, StartRun, booking
from tests.runs.house import House, has_ended, until
from tests.runs.pages import RUNS, all_runs


def page_of(run: Run) -> str:
    """Where the run is looked at."""
    return f"{RUNS}/{run.id}"


def test_another_workspace_gets_404(
    browser: OpenBrowser, cast: Cast, agent: Agent, start_run: StartRun
) -> None:
    run = start_run(agent, {"name": "Ada"})
    dan = browser(cast.dan)
    for base in (RUNS, "/w/elsewhere/runs"):
        assert dan.get(f"{base}/{run.id}/repeats/new").status_code == 404
        assert dan.send("/account", f"{base}/{run.id}/repeats").status_code == 404
    assert browser(cast.ben).get(f"{RUNS}/{ids.new_id()}/repeats/new").status_code == 404


def test_a_viewer_may_not(
    browser: OpenBrowser, cast: Cast, agent: Agent, start_run: StartRun, session: Session
) -> None:
    run = start_run(agent, {"name": "Ada"})
    cleo = browser(cast.cleo)
    assert cleo.get(f"{page_of(run)}/repeats/new").status_code == 403
    assert cleo.send("/account", f"{page_of(run)}/repeats").status_code == 403
    assert len(all_runs(session)) == 1
    assert "/repeats/new" not in cleo.get(page_of(run)).text


def test_an_operator_may_not_run_a_draft_again(
    browser: OpenBrowser, cast: Cast, agent: Agent, start_run: StartRun, session: Session
) -> None:
    run = start_run(agent, {"name": "Ada"})
    olga = browser(cast.olga)
    assert "not published yet" in olga.get(f"{page_of(run)}/repeats/new").text
    assert olga.send("/account", f"{page_of(run)}/repeats").status_code == 409
    with database.writing(session):
        publication.publish(session, agent, by=cast.ben, expected_revision=1)
    shown = olga.get(f"{page_of(run)}/repeats/new").text
    assert "The newest: version 1.0.0" in shown
    assert "As it was" not in shown
    sent = olga.send(f"{page_of(run)}/repeats/new", f"{page_of(run)}/repeats", version="as_it_was")
    assert sent.status_code == 303
    assert all_runs(session)[1].agent_version_id == agent.active_version_id
    with database.writing(session):
        lifecycle.archive(session, agent, by=cast.ben)
    assert "is put away" in olga.get(f"{page_of(run)}/repeats/new").text


def test_from_the_start_with_the_same_input_twice_sent(
    browser: OpenBrowser, cast: Cast, agent: Agent, start_run: StartRun, session: Session
) -> None:
    run = start_run(agent, {"name": "Ada"})
    ben = browser(cast.ben)
    new = f"{page_of(run)}/repeats/new"
    for _ in range(2):
        assert ben.send(new, f"{page_of(run)}/repeats", once="abc").status_code == 303
    (_, made) = all_runs(session)
    assert (made.trigger_payload, made.replay_of, made.mode) == (
        {"name": "Ada"},
        run.id,
        RunMode.LIVE,
    )


@on_both
def test_as_it_was_is_the_flow_of_then(
    browser: OpenBrowser, cast: Cast, agent: Agent, start_run: StartRun, session: Session
) -> None:
    run = start_run(agent, {"name": "Ada"})
    with database.writing(session):
        drafts.change(
            session,
            agent,
            by=cast.ben,
            expected_revision=drafts.draft_of(session, agent).flow_graph.revision,
            command=lambda graph: Graph(steps=graph.steps[:2], links=graph.links[:1]),
        )
    ben = browser(cast.ben)
    new = f"{page_of(run)}/repeats/new"
    assert "It has changed since that run." in ben.get(new).text
    ben.send(new, f"{page_of(run)}/repeats", version="as_it_was", mode="rehearsal")
    ben.send(new, f"{page_of(run)}/repeats", version="draft")
    (run, as_it_was, newest) = all_runs(session)
    assert as_it_was.flow_graph_id == run.flow_graph_id
    assert as_it_was.mode is RunMode.REHEARSAL
    assert newest.flow_graph_id != run.flow_graph_id


@on_both
def test_from_a_step_the_steps_before_it_are_not_run_again(
    browser: OpenBrowser,
    cast: Cast,
    booker: Agent,
    shop: Shop,
    run_all: RunAll,
    session: Session,
) -> None:
    (run,) = run_all(booker, "Maria")
    assert run.status is RunStatus.FAILED
    shop.is_broken = False
    ben = browser(cast.ben)
    new = f"{page_of(run)}/repeats/new?from=charge00"
    assert f'href="{new}' in ben.get(page_of(run)).text
    shown = ben.get(new).text
    assert re.search(r"Already sent, kept</dt><dd><b>Book</b>", shown)
    assert re.search(r"May be sent</dt><dd><b>Charge</b>", shown)
    sent = ben.send(new, f"{page_of(run)}/repeats", **{"from": "charge00", "mode": "live"})
    (_, made) = all_runs(session)
    assert sent.location == page_of(made)
    until(lambda: has_ended(session, made))
    assert made.status is RunStatus.SUCCESS
    assert (shop.calls("/book"), shop.calls("/charge")) == (1, 2)
    assert shop.bodies("/charge") == ["7", "7"]
    assert made.answer == "Charged 7"
    kept = session.get_one(RunNode, (made.id, "book0000", ""))
    assert kept.status is StepStatus.SUCCESS
    assert kept.started_at < made.created_at
    assert "Kept from an earlier run" in ben.get(f"{page_of(made)}/log").text


def test_hidden_values_are_asked_for_only_where_they_are_used(
    browser: OpenBrowser,
    cast: Cast,
    make_agent: MakeAgent,
    shop: Shop,
    run_all: RunAll,
    session: Session,
) -> None:
    agent = make_agent(booking(shop, charge="{{ steps.book.body.token }}"), "Booker")
    (run,) = run_all(agent, "Maria")
    shop.is_broken = False
    ben = browser(cast.ben)
    new = f"{page_of(run)}/repeats/new?from=charge00"
    shown = ben.get(new).text
    assert "Book › body › token" in shown
    assert shown.count('name="value-') == 1
    ben.send(
        new,
        f"{page_of(run)}/repeats",
        **{"from": "charge00", "mode": "live", "value-0": "tok_sesame_again_0815"},
    )
    (_, made) = all_runs(session)
    until(lambda: has_ended(session, made))
    assert shop.bodies("/charge")[1] == "tok_sesame_again_0815"
    rows = session.scalars(select(RunNode).where(RunNode.run_id == made.id)).all()
    assert "sesame_again" not in str([row.output for row in rows])


def test_a_wrong_form_comes_back(
    browser: OpenBrowser,
    cast: Cast,
    make_agent: MakeAgent,
    shop: Shop,
    run_all: RunAll,
    session: Session,
) -> None:
    agent = make_agent(booking(shop, charge="{{ steps.book.body.token }}"), "Booker")
    (run,) = run_all(agent, "Maria")
    sent = browser(cast.ben).send(
        f"{page_of(run)}/repeats/new?from=charge00",
        f"{page_of(run)}/repeats",
        **{"from": "charge00", "value-0": "{never closed"},
    )
    assert sent.status_code == 422
    assert "{never closed" in sent.text
    assert "It must be JSON" in sent.text
    assert len(all_runs(session)) == 1


def test_a_step_that_cannot_be_begun_at_is_not_there(
    browser: OpenBrowser, cast: Cast, booker: Agent, run_all: RunAll
) -> None:
    (run,) = run_all(booker, "Maria")
    ben = browser(cast.ben)
    for step_id in ("start000", "answer00", "nowhere0"):
        assert ben.get(f"{page_of(run)}/repeats/new?from={step_id}").status_code == 404


def test_a_flow_that_changed_under_what_is_kept_is_refused(
    browser: OpenBrowser,
    cast: Cast,
    booker: Agent,
    shop: Shop,
    run_all: RunAll,
    session: Session,
) -> None:
    (run,) = run_all(booker, "Maria")
    with database.writing(session):
        drafts.change(
            session,
            booker,
            by=cast.ben,
            expected_revision=drafts.draft_of(session, booker).flow_graph.revision,
            command=lambda graph: Graph(
                steps=tuple(one for one in graph.steps if one.id != "book0000"),
                links=graph.links[2:],
            ),
        )
    ben = browser(cast.ben)
    new = f"{page_of(run)}/repeats/new?from=charge00"
    shown = ben.get(new).text
    assert "This flow has changed" in shown
    assert "<b>Book</b>" in shown
    fields = {"from": "charge00", "version": "draft"}
    assert ben.send("/account", f"{page_of(run)}/repeats", **fields).status_code == 422
    as_it_was = fields | {"version": "as_it_was"}
    assert ben.send("/account", f"{page_of(run)}/repeats", **as_it_was).status_code == 303


def test_what_a_rehearsal_kept_is_never_built_on(
    browser: OpenBrowser,
    cast: Cast,
    booker: Agent,
    shop: Shop,
    run_all: RunAll,
    session: Session,
    house: House,
) -> None:
    (run,) = run_all(booker, "Maria", mode=RunMode.REHEARSAL)
    ben = browser(cast.ben)
    new = f"{page_of(run)}/repeats/new?from=charge00"
    assert "can only be rehearsed from here" in ben.get(new).text
    ben.send(new, f"{page_of(run)}/repeats", **{"from": "charge00", "mode": "live"})
    (_, made) = all_runs(session)
    assert made.mode is RunMode.REHEARSAL
    until(lambda: has_ended(session, made))
    assert shop.service.received == []
