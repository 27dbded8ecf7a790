"""Runs that a budget stops, by a real worker on the practice model, and who hears of it."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import database
from app.budgets.models import Budget, Period, Scope
from app.engine.graph import Graph
from app.engine.states import OnError, Reason, RunStatus, TriggerType
from app.language_models.models import UsageDay
from app.notices.models import Notice, NoticeKind
from app.queue import Bell
from app.runs.models import Run, RunNode
from app.settings import Settings
from tests.budgets.conftest import MakeBudget, read
from tests.cast import Cast
from tests.databases import on_both
from tests.runs.conftest import MakeAgent, OpenBrowser, StartRun
from tests.runs.flows import answer, form, in_a_row, set_values, step
from tests.runs.house import House, has_ended, until


def thinking(**options: object) -> Graph:
    """Keeps a value, asks the practice model, and answers."""
    ask = step("ask", "ask_model", {"question": "What is 12 * {{ trigger.sum }}?"}, **options)
    return in_a_row(form("sum"), set_values("kept", said="x"), ask, answer("{{ steps.ask.text }}"))


def done(session: Session, settings: Settings, run: Run) -> Run:
    assert Bell(settings.redis_url).ring()
    until(lambda: has_ended(session, run))
    return run


@on_both
def test_a_budget_stops_a_run_before_it_asks(
    session: Session,
    settings: Settings,
    house: House,
    make_agent: MakeAgent,
    start_run: StartRun,
    make_budget: MakeBudget,
) -> None:
    agent = make_agent(thinking(on_error=OnError.CONTINUE), "Counter")
    budget = make_budget(Scope.AGENT, agent.id, tokens=4_000)
    house.open_worker()
    first = done(session, settings, start_run(agent, {"sum": "3"}))
    assert (first.status, first.answer) == (RunStatus.SUCCESS, "12 * 3 = 36")
    now = read(session, budget.id)
    assert (now.spent_tokens, now.held_tokens) == (first.tokens, 0)
    _spend(session, budget, 2_900)
    second = done(session, settings, start_run(agent, {"sum": "3" * 400}))
    assert (second.status, second.reason) == (RunStatus.FAILED, Reason.BUDGET)
    assert "The budget of the agent “Counter” is 4,000 tokens a day." in second.error_message
    assert "Somebody who builds agents here can change it." in second.error_message
    assert second.failed_node_id == "ask00000", "not the way on that the step has for failures"
    assert second.tokens == 0
    used = session.scalars(select(UsageDay.answers)).one()
    assert used == 1, "it was not asked"
    kinds = session.scalars(select(Notice.kind)).all()
    assert sorted(kinds) == [NoticeKind.BUDGET, NoticeKind.RUN_FAILED]


@on_both
def test_a_run_that_nobody_started_does_not_begin_when_all_is_spent(
    session: Session,
    settings: Settings,
    house: House,
    make_agent: MakeAgent,
    start_run: StartRun,
    make_budget: MakeBudget,
    browser: OpenBrowser,
    cast: Cast,
) -> None:
    budget = make_budget(tokens=5_000, period=Period.MONTH)
    _spend(session, budget, 4_900)
    agent = make_agent(thinking(), "Counter")
    plain = make_agent(in_a_row(form("sum"), answer("{{ trigger.sum }}")), "Plain")
    house.open_worker()
    given = {"trigger_type": TriggerType.SCHEDULE, "by": None, "trigger_words": "every hour"}
    run = done(session, settings, start_run(agent, {"sum": "3"}, **given))
    assert (run.status, run.reason) == (RunStatus.FAILED, Reason.BUDGET)
    assert "so this run did not begin" in run.error_message
    assert session.scalars(select(RunNode)).all() == [], "none of its steps did anything"
    assert done(session, settings, start_run(plain, {"sum": "3"})).status is RunStatus.SUCCESS
    page = browser(cast.ben).get(f"/w/harbour-pine/runs/{run.id}").text
    assert "Budget spent" in page
    assert "Open the budgets" in page
    attention = browser(cast.ada).get("/w/harbour-pine/attention").text
    assert "so this run did not begin" in attention
    form_page = browser(cast.ben).get(f"/w/harbour-pine/agents/{agent.slug}/runs/new").text
    assert "It may cost" in form_page
    assert "This may be more than a budget allows" in form_page
    assert "has 100 tokens left this month" in form_page


def _spend(session: Session, budget: Budget, tokens: int) -> None:
    """As if so much had been used before, which the sweep takes for true."""
    session.rollback()
    found = session.scalars(select(UsageDay)).first()
    with database.writing(session):
        if found is None:
            session.add(
                UsageDay(
                    workspace_id=budget.workspace_id,
                    day=budget.begun,
                    agent_id=budget.agent_id or budget.workspace_id,
                    model="Earlier",
                    answers=1,
                    input_tokens=tokens,
                )
            )
        else:
            found.input_tokens += tokens
        session.get_one(Budget, budget.id).spent_tokens += tokens
