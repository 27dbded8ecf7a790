"""A try that asks a model pays for it as runs do, and a spent budget stops it with a sentence."""

from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import database
from app.agents.models import Agent
from app.budgets.models import Budget, Scope
from app.engine.states import Reason, RunMode, RunStatus
from app.language_models import acts
from app.language_models.acts import ModelWishes
from app.language_models.models import LanguageModel, UsageDay
from app.notices.models import Notice, NoticeKind
from app.runs.models import Run, RunNode
from app.vault.keys import Keyring
from tests.budgets.conftest import MakeBudget, make_budget, read
from tests.cast import Cast
from tests.chats.providers import Speaker, connect
from tests.databases import on_both
from tests.loopback import Loopback
from tests.runs.conftest import MakeAgent, OpenBrowser
from tests.runs.flows import answer, form, in_a_row, set_values, step
from tests.runs.house import House, has_ended, until

__all__ = ["make_budget"]

ASK = "/w/harbour-pine/agents/counter/steps/ask00000/trial"
READ, WRITTEN = 12, 5  # the tokens that the provider counts for each answer
PRICE_IN, PRICE_OUT = 2, 10  # millionths of a dollar for each of them
COST = READ * PRICE_IN + WRITTEN * PRICE_OUT
MAX_COST = 20_000
TryOnThePage = Callable[..., tuple[Run, str]]


@pytest.fixture
def provider(session: Session, keyring: Keyring, cast: Cast) -> Iterator[Loopback]:
    """The harbour's model, which has a price."""
    with Loopback(Speaker(["Thirty-six."])) as server:
        connect(session, keyring, cast, server)
        with database.writing(session):
            model = session.scalars(select(LanguageModel)).one()
            wishes = ModelWishes(
                title="Stub",
                price_in=PRICE_IN * 1_000_000,
                price_out=PRICE_OUT * 1_000_000,
                enabled=True,
            )
            acts.change_model(session, model=model, by=cast.ada.id, wishes=wishes)
        yield server


@pytest.fixture
def counter(make_agent: MakeAgent) -> Agent:
    """An agent whose second step asks a model."""
    ask = step("ask", "ask_model", {"question": "What is 12 * {{ trigger.sum }}?"})
    return make_agent(in_a_row(form("sum"), ask, answer("{{ steps.ask.text }}")), "Counter")


@pytest.fixture
def try_it(browser: OpenBrowser, cast: Cast, session: Session, house: House) -> TryOnThePage:
    """Ben tries that step on its page: the run, and what the page says once it has ended."""
    ben = browser(cast.ben)

    def once() -> tuple[Run, str]:
        if not house.workers:
            house.open_worker()
        sent = ben.send(ASK, f"{ASK}/runs", **{"v:start000.sum": "3"})
        assert sent.status_code == 303
        session.rollback()
        run = session.scalars(select(Run).order_by(Run.id.desc())).first()
        assert run is not None
        until(lambda: has_ended(session, run))
        return run, ben.get(sent.location).text

    return once


@on_both
def test_what_a_try_costs_is_counted(
    session: Session,
    provider: Loopback,
    counter: Agent,
    make_budget: MakeBudget,
    try_it: TryOnThePage,
) -> None:
    of_agent = make_budget(Scope.AGENT, counter.id, cost=MAX_COST)
    of_all = make_budget(tokens=100_000)
    for number in (1, 2):
        run, page = try_it()
        assert (run.status, run.only_node_id) == (RunStatus.SUCCESS, "ask00000")
        assert "Thirty-six." in page
        assert (run.cost, run.tokens) == (COST, READ + WRITTEN)
        now = read(session, of_agent.id)
        assert (now.spent_cost, now.held_cost) == (number * COST, 0)
        now = read(session, of_all.id)
        assert (now.spent_tokens, now.held_tokens) == (number * (READ + WRITTEN), 0)
    used = session.scalars(select(UsageDay)).one()
    assert (used.agent_id, used.answers, used.cost) == (counter.id, 2, 2 * COST)


@on_both
def test_a_spent_budget_stops_a_try_before_it_asks(
    session: Session,
    provider: Loopback,
    counter: Agent,
    make_budget: MakeBudget,
    try_it: TryOnThePage,
) -> None:
    budget = make_budget(Scope.AGENT, counter.id, cost=MAX_COST)
    try_it()
    asked = len(provider.received)
    _spend(session, budget, MAX_COST - 2 * COST)
    run, page = try_it()
    assert (run.status, run.reason) == (RunStatus.FAILED, Reason.BUDGET)
    sentence = "The budget of the agent “Counter” is 2 cents a day."
    assert sentence in page
    assert "Somebody who builds agents here can change it." in page
    assert "Budget spent" in page
    assert len(provider.received) == asked, "the model was not asked"
    assert (run.cost, run.tokens) == (0, 0)
    assert read(session, budget.id).held_cost == 0
    told = session.scalars(select(Notice.kind)).all()
    assert NoticeKind.RUN_FAILED not in told, "a try is nobody's failure"


@on_both
def test_a_step_that_asks_no_model_is_tried_without_money(
    session: Session,
    make_agent: MakeAgent,
    make_budget: MakeBudget,
    browser: OpenBrowser,
    cast: Cast,
    house: House,
) -> None:
    agent = make_agent(in_a_row(form("name"), set_values("greet", said="Hello")), "Plain")
    budget = make_budget(Scope.AGENT, agent.id, cost=MAX_COST)
    _spend(session, budget, MAX_COST)
    house.open_worker()
    ben, page = browser(cast.ben), "/w/harbour-pine/agents/plain/steps/greet000/trial"
    assert ben.send(page, f"{page}/runs", mode=RunMode.LIVE).status_code == 303
    session.rollback()
    run = session.scalars(select(Run)).one()
    until(lambda: has_ended(session, run))
    assert run.status is RunStatus.SUCCESS
    assert session.scalars(select(RunNode.output)).one() == {"said": "Hello"}


def _spend(session: Session, budget: Budget, cost: int) -> None:
    """As if so much had been spent before, which whoever counts budgets anew takes for true."""
    session.rollback()
    with database.writing(session):
        session.add(
            UsageDay(
                workspace_id=budget.workspace_id,
                day=budget.begun,
                agent_id=budget.agent_id,
                model="Earlier",
                answers=1,
                cost=cost,
            )
        )
        session.get_one(Budget, budget.id).spent_cost += cost
