"""What a run may spend: held before each question, settled after it, told in words."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import event, func, select
from sqlalchemy.orm import Session, sessionmaker

from app import database
from app.agents import creation
from app.budgets import periods, sweeping
from app.budgets.amounts import LEAST_OUTPUT_TOKENS, OUTPUT_TOKENS, Amount, most_of
from app.budgets.book import Book
from app.budgets.models import Period, Reservation, Scope
from app.budgets.purse import Purse, purse_of
from app.engine.errors import BudgetSpent
from app.engine.model_port import Ask, Message, Usage
from app.language_models.models import UsageDay
from app.language_models.usage import Spent
from app.llm.prices import FREE, Price
from app.notices.models import Notice, NoticeKind
from app.runs.models import Run
from tests.budgets.conftest import MakeBudget, read
from tests.cast import Cast
from tests.databases import on_both
from tests.runs.conftest import StartRun

ASK = Ask(messages=(Message("user", "x" * 968),), max_output_tokens=500)
READ, WRITTEN = 501, 500  # 484 and a bit for the words, 16 for the message
DEAR = Price(Decimal(2), Decimal(10))
MOST = READ * 2 + WRITTEN * 10


@pytest.fixture
def purse(sessions: "sessionmaker[Session]", run: Run) -> Purse:
    """The purse of the run; it waits for nobody, and looks at budgets anew each time."""
    made = purse_of(sessions, nullcontext(), Book(kept_s=0.0), run.workspace_id, run.id)
    return Purse(
        sessions=sessions,
        turn_to_write=nullcontext(),
        book=made.book,
        account=made.account,
        wait_s=0.0,
    )


def settle(purse: Purse, session: Session, hold: object, spent: Spent) -> None:
    session.rollback()
    with database.writing(session):
        purse.spent(session, hold, "Dear", spent)  # type: ignore[arg-type]


def test_the_most_that_a_question_costs_is_known_before() -> None:
    most = most_of(ASK, DEAR)
    assert (most.prompt, most.wanted, most.least) == (READ, WRITTEN, WRITTEN)
    assert most.amount(WRITTEN) == Amount(MOST, READ + WRITTEN)
    assert most.longest(MOST, None) == WRITTEN
    assert most.longest(MOST - 1, None) is None, "its step says how long it is to be"
    assert most.longest(None, READ + WRITTEN - 1) is None
    free = most_of(Ask(messages=ASK.messages), FREE)
    assert (free.wanted, free.least) == (OUTPUT_TOKENS, LEAST_OUTPUT_TOKENS)
    assert free.longest(-5, None) == OUTPUT_TOKENS, "what is free always fits a sum of money"
    assert free.longest(None, READ + 2_000) == 2_000, "the answer is as long as there is room"
    unknown = most_of(ASK, None)
    assert unknown.amount(WRITTEN).cost == (READ + WRITTEN) * 10
    twice = most_of(Ask(messages=ASK.messages, schema={}, max_output_tokens=500), DEAR)
    assert twice.amount(500).tokens > 2 * (READ + WRITTEN)


def test_days_and_months_begin_anew_where_the_workspace_is() -> None:
    day = date(2026, 1, 31)
    assert periods.begun(Period.DAY, day) == day
    assert periods.begun(Period.MONTH, day) == date(2026, 1, 1)
    assert periods.next_begin(Period.DAY, day, "Europe/Berlin").isoformat() == (
        "2026-02-01T00:00:00+01:00"
    )
    assert periods.next_begin(Period.MONTH, date(2026, 12, 1), "UTC").date() == date(2027, 1, 1)


@on_both
def test_what_is_held_is_settled(
    session: Session, purse: Purse, make_budget: MakeBudget, run: Run, cast: Cast
) -> None:
    budget = make_budget(cost=MOST * 3)
    of_agent = make_budget(Scope.AGENT, run.agent_id, tokens=5_000, period=Period.MONTH)
    other = make_budget(Scope.AGENT, make_other(session, cast), cost=1)
    hold, ask = purse.hold(ASK, DEAR)
    assert hold is not None
    assert ask.max_output_tokens == WRITTEN
    assert read(session, budget.id).held_cost == MOST
    assert read(session, of_agent.id).held_tokens == READ + WRITTEN
    settle(purse, session, hold, Spent.of(Usage(100, 20), Decimal("0.0004")))
    now, month = read(session, budget.id), read(session, of_agent.id)
    assert (now.held_cost, now.spent_cost, now.spent_tokens) == (0, 400, 120)
    assert (month.held_tokens, month.spent_tokens) == (0, 120)
    assert read(session, other.id).spent_tokens == 0
    used = session.scalars(select(UsageDay)).one()
    assert (used.user_id, used.agent_id) == (run.started_by, run.agent_id)
    settle(purse, session, hold, Spent())
    assert read(session, budget.id).held_cost == 0, "what is settled twice is let go once"


def make_other(session: Session, cast: Cast) -> object:
    with database.writing(session):
        return creation.create(session, cast.harbour, by=cast.ben, name="Another").id


@on_both
def test_a_question_that_does_not_fit_is_not_asked(
    session: Session, purse: Purse, make_budget: MakeBudget
) -> None:
    budget = make_budget(cost=MOST + 10)
    hold, _ = purse.hold(ASK, DEAR)
    with pytest.raises(BudgetSpent):
        purse.hold(ASK, DEAR)
    settle(purse, session, hold, Spent.of(Usage(0, 500), Decimal("0.005")))
    with pytest.raises(BudgetSpent) as refused:
        purse.hold(ASK, DEAR)
    sentence = refused.value.sentence
    assert sentence.startswith("The budget of this workspace is 0.6 cents a day. 0.5 cents of it")
    assert "so it was not asked. It begins anew on " in sentence
    assert " at 00:00 (UTC). An admin of the workspace can change it." in sentence
    assert not refused.value.can_retry
    session.rollback()
    notices = session.scalars(select(Notice).where(Notice.kind == NoticeKind.BUDGET)).all()
    told = sorted((one.subject, one.count) for one in notices)
    assert told == [
        ("83 % of the budget of this workspace is spent", 1),
        ("The budget of this workspace is spent", 1),
    ]
    assert read(session, budget.id).held_cost == 0
    assert purse.hold(ASK, FREE)[0] is not None, "what costs nothing may go on"


@on_both
def test_a_new_period_begins_with_nothing_spent(
    session: Session, purse: Purse, make_budget: MakeBudget, run: Run
) -> None:
    budget = make_budget(cost=MOST)
    with database.writing(session):
        budget.begun -= timedelta(days=1)
        budget.spent_cost, budget.warned_on = MOST, budget.begun
    hold, _ = purse.hold(ASK, DEAR)
    now = read(session, budget.id)
    assert (now.spent_cost, now.held_cost) == (0, MOST)
    with database.writing(session):
        now.begun += timedelta(days=1)  # midnight passes while the model answers
        now.held_cost = 0
    settle(purse, session, hold, Spent.of(Usage(1, 1), Decimal(1)))
    assert (read(session, budget.id).spent_cost, read(session, budget.id).held_cost) == (0, 0)


@on_both
def test_a_budget_is_counted_anew_from_what_was_used(
    session: Session, sessions: "sessionmaker[Session]", purse: Purse, make_budget: MakeBudget
) -> None:
    settle(purse, session, None, Spent.of(Usage(100, 20), Decimal("0.0004")))
    settle(purse, session, None, Spent.of(Usage(10, 0), None))
    budget = make_budget(cost=10**9, period=Period.MONTH)
    hold, _ = purse.hold(ASK, DEAR)
    sweeping.recount_new(sessions, nullcontext())
    now = read(session, budget.id)
    assert (now.spent_cost, now.spent_tokens, now.held_cost) == (400 + 100, 130, MOST)
    assert hold is not None
    assert session.scalar(select(func.count()).select_from(Reservation)) == 1


def test_without_budgets_nothing_more_is_asked_of_the_database(
    session: Session, sessions: "sessionmaker[Session]", purse: Purse
) -> None:
    engine = session.get_bind()
    purse = replace(purse, book=Book())
    said: list[str] = []
    with listening(engine, said):
        assert purse.hold(ASK, DEAR) == (None, ASK)
        settle(purse, session, None, Spent.of(Usage(1, 1), None))
        said.clear()
        for _ in range(10):
            assert purse.hold(ASK, DEAR) == (None, ASK)
    assert said == []


@contextmanager
def listening(engine: object, said: list[str]) -> Iterator[None]:
    """Note every statement that the engine is given."""

    def note(_connection: object, _cursor: object, words: str, *_more: object) -> None:
        said.append(words)

    event.listen(engine, "before_cursor_execute", note)
    yield
    event.remove(engine, "before_cursor_execute", note)


@on_both
def test_a_run_below_spends_for_whoever_set_the_first_one_off(
    session: Session, sessions: "sessionmaker[Session]", run: Run, start_run: StartRun, cast: Cast
) -> None:
    below = start_run(run.agent, by=None, parent=run.id, depth=1)
    purse = purse_of(sessions, nullcontext(), Book(), below.workspace_id, below.id)
    settle(purse, session, None, Spent.of(Usage(1, 1), None))
    assert session.scalars(select(UsageDay.user_id)).one() == cast.ben.id
