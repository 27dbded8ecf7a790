"""Agents ask a provider on this machine: what each step used is kept, told and priced."""

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from app import database
from app.engine.states import RunMode, RunStatus
from app.language_models import acts
from app.language_models.acts import ModelWishes, Wishes
from app.language_models.models import UsageDay
from app.language_models.provider_check import Found
from app.runs.models import Run, RunNode
from app.vault.keys import Keyring
from tests.canary import DRESSES, everything_stored, found_in
from tests.cast import Cast, sign_in
from tests.databases import on_both
from tests.language_models.stub import provider
from tests.loopback import Loopback
from tests.runs.conftest import MakeAgent, StartRun, house, make_agent, nursery, start_run
from tests.runs.flows import answer, form, in_a_row, step
from tests.runs.house import House, has_ended, until

KEY = f"sk-{DRESSES[1]}-canary"  # what `found_in` looks for, in letters that a header takes
__all__ = ["house", "make_agent", "nursery", "start_run"]


@pytest.fixture
def server(session: Session, cast: Cast, keyring: Keyring) -> Iterator[Loopback]:
    """A provider of the harbour's, whose one model costs 2.50 and 10 dollars."""
    with Loopback(provider(KEY)) as running:
        wishes = Wishes(kind="compatible", name="Stub", address=f"{running.url}/v1", key=KEY)
        with database.writing(session):
            made = acts.add_provider(
                session,
                keyring,
                workspace_id=cast.harbour.id,
                by=cast.ada.id,
                wishes=wishes,
                found=Found("It works.", True, ("stub-large",)),
            )
            model = acts.add_model(session, provider=made, by=cast.ada.id, model_name="stub-large")
            price = ModelWishes(
                title="Large", price_in=2_500_000, price_out=10_000_000, enabled=True
            )
            acts.change_model(session, model=model, by=cast.ada.id, wishes=price)
        yield running


@on_both
def test_tokens_and_cost_are_kept_and_told(
    app: Flask,
    engine: Engine,
    session: Session,
    cast: Cast,
    server: Loopback,
    house: House,
    make_agent: MakeAgent,
    start_run: StartRun,
) -> None:
    ask = step("ask", "ask_model", {"question": "Hello {{ trigger.name }}?"})
    agent = make_agent(in_a_row(form("name"), ask, answer("{{ steps.ask.text }}")))
    runs = [
        start_run(agent, {"name": "Ben"}, mode=mode) for mode in (RunMode.LIVE, RunMode.REHEARSAL)
    ]
    house.open_worker()
    for run in runs:
        until(lambda run=run: has_ended(session, run))
        assert (run.status, run.answer) == (RunStatus.SUCCESS, "Hello from the stub.")
        assert (run.tokens, run.cost, run.unpriced) == (50, 200, 0)
    node = session.scalars(select(RunNode).where(RunNode.node_id == "ask00000").limit(1)).one()
    assert (node.tokens, node.cost) == (50, 200)
    day = session.scalars(select(UsageDay)).one()
    assert (day.agent_id, day.model, day.answers, day.cost) == (agent.id, "Large", 2, 400)

    ada = sign_in(app.test_client(), session, cast.ada)
    here = f"/w/harbour-pine/runs/{runs[0].id}"
    page = ada.get(here).text
    assert "50 tokens, 0.02 cents" in page
    told = json.loads(ada.get(f"{here}/record").text)
    assert (told["tokens"], told["cost"]) == (50, 200)
    assert {one["step"]: one["cost"] for one in told["steps"]}["ask00000"] == 200
    assert found_in(page) == []
    assert found_in(everything_stored(engine)) == []
    assert all(KEY in one.headers["authorization"] for one in server.received)


def test_the_items_of_a_loop_are_added_up(
    app: Flask,
    session: Session,
    cast: Cast,
    server: Loopback,
    house: House,
    make_agent: MakeAgent,
    start_run: StartRun,
) -> None:
    each = step("each", "for_each", {"items": ["Ada", "Ben", "Cleo"]})
    ask = step("ask", "ask_model", {"question": "And {{ item }}?"}, parent="each0000")
    outer = in_a_row(form("name", required=False), each, answer("{{ steps.each.count }}"))
    agent = make_agent(replace(outer, steps=(*outer.steps, ask)))
    run: Run = start_run(agent)
    house.open_worker()
    until(lambda: has_ended(session, run))
    assert (run.status, run.answer) == (RunStatus.SUCCESS, "3")
    assert (run.tokens, run.cost) == (150, 600)
    ada = sign_in(app.test_client(), session, cast.ada)
    page = ada.get(f"/w/harbour-pine/runs/{run.id}").text
    assert "150 tokens, 0.06 cents, all items together" in page
