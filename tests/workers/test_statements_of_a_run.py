"""A run asks the database a known number of times, from its claim to its end."""

import re
from collections import Counter

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from app import database
from app.budgets.book import Book
from app.engine import ledger
from app.engine.states import RunStatus
from app.runs.models import Run
from app.workers import claims, recorder, work_order
from app.workers.choosing import Room
from app.workers.desk import Desk
from app.workers.execution import execute
from app.workers.signals import LiveRuns
from tests.cast import Cast
from tests.chats.talk import Talk
from tests.runs.conftest import MakeAgent, OpenBrowser, StartRun, browser
from tests.runs.flows import answer, greeting, in_a_row, step
from tests.runs.house import has_ended
from tests.statements import said_to
from tests.triggers.conftest import SwitchOn, _filled_ports, publish, switched_on

__all__ = ["_filled_ports", "browser", "publish", "switched_on"]

WORDS = re.compile(r"\s*(SELECT|INSERT|UPDATE|DELETE|BEGIN IMMEDIATE)\b")
# Lower a number when you can. Each row that is inserted counts.
THREE_STEPS = {"SELECT": 2, "INSERT": 5, "UPDATE": 2, "DELETE": 1, "BEGIN": 2}
CHAT_TURN = {"SELECT": 10, "INSERT": 9, "UPDATE": 4, "DELETE": 1, "BEGIN": 4}
LONG_S = 3_600.0


@pytest.fixture(autouse=True)
def _nothing_is_written_because_time_passed(monkeypatch: pytest.MonkeyPatch) -> None:
    for where, name in (
        (recorder, "FLUSH_AFTER_S"),
        (ledger, "DURABLE_AFTER_S"),
        (Book, "KEPT_S"),
    ):
        monkeypatch.setattr(where, name, LONG_S)


def work(desk: Desk) -> None:
    """One worker takes the run that waits and works on it to its end."""
    with desk.sessions() as session:
        with database.writing(session):
            taken, _ = claims.take(session, owner=desk.owner, room=Room(chat=1, other=1))
        (order,) = work_order.load(session, desk, taken)
    execute(desk, order, LiveRuns().add(order.claim))


def asked(desk: Desk, engine: Engine) -> Counter[str]:
    """How often each kind of words is said for the run that waits."""
    with said_to(engine, WORDS) as said:
        work(desk)
    assert said
    return Counter(one.split()[0] for one in said)


def test_a_run_of_three_steps(
    session: Session, engine: Engine, desk: Desk, make_agent: MakeAgent, start_run: StartRun
) -> None:
    agent = make_agent(greeting())
    start_run(agent, {"name": "Ada"})
    work(desk)  # the flow is planned now, and its plan is kept
    run = start_run(agent, {"name": "Ben"})
    assert asked(desk, engine) <= Counter(THREE_STEPS)
    assert has_ended(session, run)
    assert (run.status, run.answer) == (RunStatus.SUCCESS, "Hello Ben")


def test_a_turn_of_a_chat_that_asks_a_model(
    session: Session,
    engine: Engine,
    desk: Desk,
    switched_on: SwitchOn,
    browser: OpenBrowser,
    cast: Cast,
) -> None:
    ask = step("ask", "ask_model", {"question": "{{ trigger.text }}"})
    switched_on(
        in_a_row(step("start", "start_chat"), ask, answer("{{ steps.ask.text }}")), "Thinker"
    )
    olga = Talk(browser(cast.olga))
    olga.begin("First words", to="/w/harbour-pine/chats/with/thinker")
    work(desk)
    olga.say("Second words")
    assert asked(desk, engine) <= Counter(CHAT_TURN)
    runs = session.scalars(select(Run)).all()
    assert [run.status for run in runs] == [RunStatus.SUCCESS] * 2
