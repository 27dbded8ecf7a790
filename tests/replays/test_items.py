"""A failed loop continued: what is finished stays, only the rest runs again."""

import re
from dataclasses import replace

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import database
from app.agents import drafts
from app.engine.graph import Graph
from app.engine.states import RunStatus, StepStatus
from app.runs.models import RunNode
from tests.cast import Cast
from tests.databases import on_both
from tests.replays.conftest import MakeAgent, OpenBrowser, RunAll, Shop, StartRun
from tests.replays.loops import GUESTS, LOOP, change, go_on, guests, new, tours
from tests.runs.fates import Fate
from tests.runs.flows import http
from tests.runs.house import House, has_ended, is_there, until
from tests.runs.pages import RUNS, all_runs


@on_both
def test_only_unfinished_items_run_again(
    browser: OpenBrowser,
    cast: Cast,
    make_agent: MakeAgent,
    shop: Shop,
    run_all: RunAll,
    session: Session,
) -> None:
    shop.fails_for = frozenset({"Cleo"})
    (run,) = run_all(make_agent(guests(shop), "Guests"), "x")
    assert run.status is RunStatus.FAILED
    assert shop.bodies("/charge") == ["Ada", "Ben", "Cleo"]
    shop.is_broken = False
    ben = browser(cast.ben)
    shown = ben.get(new(run)).text
    assert "2 finished items" in shown
    assert re.search(r"Already sent, kept</dt><dd>.*?<b>Book</b> 3 times", shown, re.DOTALL)
    assert "Sent before, sent again" not in shown
    go_on(browser, cast, run)
    (_, made) = all_runs(session)
    until(lambda: has_ended(session, made))
    assert (made.status, made.answer) == (RunStatus.SUCCESS, "4 done")
    assert shop.bodies("/book") == GUESTS
    assert shop.bodies("/charge") == ["Ada", "Ben", "Cleo", "Cleo", "Dan"]
    kept = session.get_one(RunNode, (made.id, "book0000", "2"))
    assert kept.started_at < made.created_at
    assert "2 finished items of “Each”" in ben.get(f"{RUNS}/{made.id}/log").text
    assert ben.get(f"{RUNS}/{made.id}?item={LOOP}:1").status_code == 200


@on_both
def test_items_of_inner_loops_stay_too(
    browser: OpenBrowser,
    cast: Cast,
    make_agent: MakeAgent,
    shop: Shop,
    run_all: RunAll,
    session: Session,
) -> None:
    shop.fails_for = frozenset({"Dan"})
    (run,) = run_all(make_agent(tours(shop), "Tours"), "x")
    assert run.status is RunStatus.FAILED
    shop.is_broken = False
    assert "1 finished item" in browser(cast.ben).get(new(run, "tour0000")).text
    go_on(browser, cast, run, "tour0000")
    (_, made) = all_runs(session)
    until(lambda: has_ended(session, made))
    assert made.status is RunStatus.SUCCESS
    assert shop.bodies("/greet") == ["0", "1"]
    assert shop.bodies("/book") == GUESTS
    assert shop.bodies("/charge") == [*GUESTS, "Dan"]
    results = session.get_one(RunNode, (made.id, "tour0000", "")).output
    assert [one["count"] for one in results["items"]] == [2, 2]


def test_a_killed_worker_repeats_nothing_that_was_kept(
    browser: OpenBrowser,
    cast: Cast,
    make_agent: MakeAgent,
    shop: Shop,
    run_all: RunAll,
    start_run: StartRun,
    session: Session,
    house: House,
) -> None:
    shop.fails_for = frozenset({"Cleo"})
    (run,) = run_all(make_agent(guests(shop), "Guests"), "x")
    shop.is_broken = False
    house.kill(house.workers[0])
    go_on(browser, cast, run)
    (_, made) = all_runs(session)
    victim = house.open_worker(Fate(str(made.id), 4))
    until(lambda: not is_there(victim))
    house.open_worker()
    until(lambda: has_ended(session, made), within_s=90)
    assert made.status is RunStatus.SUCCESS
    assert set(shop.bodies("/book")) == set(GUESTS)
    done = [body for body in shop.bodies("/charge") if body in ("Ada", "Ben")]
    assert done == ["Ada", "Ben"]
    keys: dict[str, set[str]] = {}
    sent = zip(shop.bodies("/charge"), shop.keys("/charge"), strict=True)
    for body, key in sent:
        if key.startswith(str(made.id)):
            keys.setdefault(body, set()).add(key)
    assert keys == {
        "Cleo": {f"{made.id}:charge00:2"},
        "Dan": {f"{made.id}:charge00:3"},
    }


def test_all_items_run_again_when_that_is_wanted(
    browser: OpenBrowser,
    cast: Cast,
    make_agent: MakeAgent,
    shop: Shop,
    run_all: RunAll,
    session: Session,
) -> None:
    shop.fails_for = frozenset({"Cleo"})
    (run,) = run_all(make_agent(guests(shop), "Guests"), "x")
    shop.is_broken = False
    shown = browser(cast.ben).get(new(run, items="all")).text
    assert re.search(r"Sent before, sent again</dt><dd>.*?<b>Book</b> 3 times", shown, re.DOTALL)
    go_on(browser, cast, run, items="all")
    (_, made) = all_runs(session)
    until(lambda: has_ended(session, made))
    assert shop.bodies("/book") == ["Ada", "Ben", "Cleo", *GUESTS]


@pytest.mark.parametrize(
    ("changed", "fields", "why"),
    [
        (LOOP, {"items": ["Eve"]}, "list"),
        (LOOP, {"items": "{{ vars.guests }}"}, "list"),
        (LOOP, {"at_once": 3}, ""),
        ("charge00", {"body": "{{ item }}!"}, ""),
    ],
)
def test_a_list_that_may_be_another_keeps_nothing(
    browser: OpenBrowser,
    cast: Cast,
    make_agent: MakeAgent,
    shop: Shop,
    run_all: RunAll,
    session: Session,
    changed: str,
    fields: dict[str, object],
    why: str,
) -> None:
    shop.fails_for = frozenset({"Cleo"})
    agent = make_agent(guests(shop), "Guests")
    (run,) = run_all(agent, "x")
    change(session, cast, agent, changed, **fields)
    shown = browser(cast.ben).get(new(run, version="draft")).text
    assert ("2 finished items" in shown) is not why
    assert ("Sent before, sent again" in shown) is bool(why)
    assert ("may go through another list" in shown) is bool(why)


def test_steps_inside_that_are_others_now_keep_nothing(
    browser: OpenBrowser,
    cast: Cast,
    make_agent: MakeAgent,
    shop: Shop,
    run_all: RunAll,
    session: Session,
) -> None:
    shop.fails_for = frozenset({"Cleo"})
    agent = make_agent(guests(shop), "Guests")
    (run,) = run_all(agent, "x")
    with database.writing(session):
        drafts.change(
            session,
            agent,
            by=cast.ben,
            expected_revision=drafts.draft_of(session, agent).flow_graph.revision,
            command=lambda graph: replace(graph, steps=graph.steps[:-1], links=graph.links[:-1]),
        )
    shown = browser(cast.ben).get(new(run, version="draft")).text
    assert "The steps inside have changed" in shown
    assert re.search(r"Sent before, sent again</dt><dd>.*?<b>Book</b> 3 times", shown, re.DOTALL)


def test_hidden_values_of_kept_items_are_asked_for_where_they_are_used(
    browser: OpenBrowser,
    cast: Cast,
    make_agent: MakeAgent,
    shop: Shop,
    run_all: RunAll,
    session: Session,
) -> None:
    shop.fails_for = frozenset({"Cleo"})
    graph = guests(shop, collect="{{ steps.book.body.token }}", gives="items")
    (run,) = run_all(make_agent(graph, "Guests"), "x")
    shop.is_broken = False
    shown = browser(cast.ben).get(new(run)).text
    # Only the first three were booked; the fourth gives its own.
    assert re.findall(r"Each › item (\d) › Book › body › token", shown) == ["1", "2", "3"]
    typed = {f"value-{place}": f"tok_sesame_again_{place}" for place in range(3)}
    go_on(browser, cast, run, **typed)
    (_, made) = all_runs(session)
    until(lambda: has_ended(session, made))
    assert made.status is RunStatus.SUCCESS
    results = session.get_one(RunNode, (made.id, LOOP, "")).output["items"]
    assert results[:3] == list(typed.values())
    booked = select(RunNode.output).where(RunNode.run_id == made.id, RunNode.node_id == "book0000")
    assert "sesame" not in str(session.scalars(booked).all())


def test_a_loop_that_was_broken_off_elsewhere_goes_on_too(
    browser: OpenBrowser,
    cast: Cast,
    make_agent: MakeAgent,
    shop: Shop,
    run_all: RunAll,
    session: Session,
) -> None:
    graph = guests(shop)
    beside = http("refund", f"{shop.url}/charge", "POST", body_kind="text", body="Zoe")
    link = replace(graph.links[0], id="beside00", target=beside.id)
    shop.fails_for = frozenset({"Zoe"})
    graph = Graph(steps=(*graph.steps, beside), links=(*graph.links, link))
    (run,) = run_all(make_agent(graph, "Guests"), "x")
    assert run.failed_node_id == beside.id
    booked = shop.bodies("/book")
    nodes = session.scalars(
        select(RunNode).where(RunNode.run_id == run.id, RunNode.node_id == "book0000")
    )
    told = [one for one in nodes if one.status is StepStatus.SUCCESS]
    shop.is_broken = False
    go_on(browser, cast, run, beside.id)
    (_, made) = all_runs(session)
    until(lambda: has_ended(session, made))
    assert made.status is RunStatus.SUCCESS
    assert len(shop.bodies("/book")) == len(GUESTS) + len(booked) - len(told)


def test_several_failed_loops_go_on_together(
    browser: OpenBrowser,
    cast: Cast,
    make_agent: MakeAgent,
    shop: Shop,
    run_all: RunAll,
    session: Session,
) -> None:
    shop.fails_for = frozenset({"Cleo"})
    runs = run_all(make_agent(guests(shop), "Guests"), "x", "y")
    shop.is_broken = False
    ben = browser(cast.ben)
    ids = [str(run.id) for run in runs]
    shown = ben.get(f"{RUNS}/continuations/new?version=draft&run={ids[0]}&run={ids[1]}").text
    assert "<b>10 requests</b> were sent, and none is sent again." in shown
    fields = {"run": ids, "version": "draft"}
    ben.send("/account", f"{RUNS}/continuations", **fields)  # type: ignore[arg-type]
    for made in all_runs(session)[2:]:
        until(lambda made=made: has_ended(session, made))
        assert made.status is RunStatus.SUCCESS
    assert sorted(shop.bodies("/book")) == sorted(GUESTS * 2)
