"""Who is about to ask models is told of budgets before, and nothing is asked past them."""

import contextlib
from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app import database
from app.agents import creation, drafts, lifecycle
from app.agents.models import Agent
from app.batches import making, preparing
from app.budgets.models import Scope
from app.budgets.warning import warning
from app.engine.graph import Graph
from app.files.store import FileStore
from app.files.uploads import keep
from app.handovers.tools import Tools
from app.settings import Settings
from app.versions import publication
from tests.budgets.conftest import MakeBudget, read
from tests.cast import Cast, sign_in
from tests.databases import on_both
from tests.language_models.stub import provider
from tests.language_models.test_pages import add
from tests.loopback import Loopback
from tests.runs.flows import answer, form, in_a_row, step

HERE = "/w/harbour-pine"
PutOn = Callable[[Graph], Agent]


@pytest.fixture
def put_on(session: Session, cast: Cast) -> PutOn:
    """Makes an agent of Ben's with this flow, published and on."""

    def put(graph: Graph) -> Agent:
        with database.writing(session):
            made = creation.create(session, cast.harbour, by=cast.ben, name="Asker", graph=graph)
        with database.writing(session):
            revision = drafts.draft_of(session, made).flow_graph.revision
            publication.publish(session, made, by=cast.ben, expected_revision=revision)
        with database.writing(session):
            lifecycle.switch_on(session, made, by=cast.ben)
        return made

    return put


@pytest.fixture
def ada(app: Flask, session: Session, cast: Cast) -> FlaskClient:
    """Ada's browser, in an installation that asks models on its own computer."""
    app.config["WTF_CSRF_ENABLED"] = False
    app.config["LAMPLIGHT"] = replace(app.config["LAMPLIGHT"], local_models=True)
    return sign_in(app.test_client(), session, cast.ada)


def _spend(session: Session, budget: object, cost: int) -> None:
    with database.writing(session):
        budget.spent_cost = cost  # type: ignore[attr-defined]  # a Budget


@on_both
def test_the_worst_budget_speaks(
    session: Session, cast: Cast, agent: Agent, make_budget: MakeBudget
) -> None:
    assert warning(session, cast.harbour, agent_id=agent.id) is None
    whole = make_budget(cost=5_000_000)
    own = make_budget(Scope.AGENT, agent.id, cost=1_000_000)
    _spend(session, whole, 3_900_000)
    assert warning(session, cast.harbour, agent_id=agent.id) is None
    _spend(session, whole, 4_000_000)
    said = warning(session, cast.harbour, agent_id=agent.id)
    assert said is not None
    assert said.sentence.startswith("$4.00 of the $5.00 that this workspace may use today is spent")
    assert not said.is_spent
    _spend(session, own, 1_000_000)
    said = warning(session, cast.harbour, agent_id=agent.id)
    assert said is not None
    assert said.is_spent
    assert "the agent “Greeter” may use today is spent, so no language model" in said.sentence


def test_a_chat_that_asks_models_is_told_before(
    session: Session, ada: FlaskClient, put_on: PutOn, make_budget: MakeBudget
) -> None:
    begins, asks = step("start", "start_chat"), step("ask", "ask_model", {"question": "Hello"})
    put_on(in_a_row(begins, asks, answer("{{ steps.ask }}")))
    page = f"{HERE}/chats/with/asker"
    assert "budget" not in ada.get(page).text.casefold()
    budget = make_budget(cost=1_000_000)
    _spend(session, budget, 800_000)
    assert "Most of a budget is spent" in ada.get(page).text
    _spend(session, budget, 1_000_000)
    assert "The budget is used up" in ada.get(page).text


def test_a_chat_that_asks_none_is_not(
    session: Session, ada: FlaskClient, put_on: PutOn, make_budget: MakeBudget
) -> None:
    put_on(in_a_row(step("start", "start_chat"), answer("Hello")))
    _spend(session, make_budget(cost=1_000_000), 1_000_000)
    page = ada.get(f"{HERE}/chats/with/asker")
    assert (page.status_code, "used up" in page.text) == (200, False)


def test_a_batch_is_told_before_it_begins(
    session: Session,
    cast: Cast,
    settings: Settings,
    ada: FlaskClient,
    put_on: PutOn,
    make_budget: MakeBudget,
) -> None:
    asks = step("ask", "ask_model", {"question": "Hello {{ trigger.name }}"})
    agent = put_on(in_a_row(form("name"), asks, answer("{{ steps.ask }}")))
    store = FileStore(settings.data_dir / "files")
    kept = keep(session, store, cast.harbour.id, "names.csv", b"Name\nMaria\n")
    batch = making.make(
        lambda: database.writing(session),
        agent,
        {"file": kept["file"], "size": kept["size"]},
        name="names.csv",
        by=cast.ben,
    )
    sessions = database.session_factory(session.get_bind())
    tools = Tools(sessions, store, contextlib.nullcontext())
    preparing.prepare(tools, cast.harbour.id, batch.id)
    page = f"{HERE}/batches/{batch.id}"
    assert "budget" not in ada.get(page).text.casefold()
    budget = make_budget(cost=1_000_000)
    _spend(session, budget, 900_000)
    assert "Most of a budget is spent" in ada.get(page).text
    _spend(session, budget, 1_000_000)
    assert "The budget is used up" in ada.get(page).text


@on_both
def test_a_tried_question_is_counted_and_stopped(
    session: Session, ada: FlaskClient, make_budget: MakeBudget
) -> None:
    budget = make_budget(tokens=70_000)
    with Loopback(provider()) as server:
        added = add(ada, server.url)
        made = ada.post(f"{added.location}/models", data={"model_name": "stub-large"})
        ask = {"question": "Hello?"}
        assert "Hello from the stub." in ada.post(f"{made.location}/question", data=ask).text
        assert read(session, budget.id).spent_tokens == 50
        with database.writing(session):
            budget.spent_tokens = 70_000
        answered = len(server.received)
        page = ada.post(f"{made.location}/question", data=ask).text
        assert len(server.received) == answered
    assert "70,000 tokens of the 70,000 tokens that this workspace may use today are spent" in page
    assert read(session, budget.id).spent_tokens == 70_000
