"""Runs with steps that ask a model, by a real worker: the practice model, its tokens, its story."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.engine.record import StepRecord
from app.engine.states import RunStatus, StepStatus
from app.queue import Bell
from app.runs.models import RunNode
from app.settings import Settings
from app.workers.spending import Spending
from tests.databases import on_both
from tests.runs.conftest import MakeAgent, StartRun
from tests.runs.flows import answer, form, in_a_row, set_values, step
from tests.runs.house import House, has_ended, until


@on_both
def test_a_workspace_without_a_model_practises(
    session: Session, settings: Settings, house: House, make_agent: MakeAgent, start_run: StartRun
) -> None:
    ask = step("ask", "ask_model", {"question": "What is {{ trigger.sum }}?"})
    again = step("short", "summarise", {"text": "{{ steps.ask.text }}"})
    flow = in_a_row(
        form("sum"), ask, again, set_values("kept", said="x"), answer("{{ steps.ask.text }}")
    )
    run = start_run(make_agent(flow), {"sum": "12 * 3"})
    assert Bell(settings.redis_url).ring()
    house.open_worker()
    until(lambda: has_ended(session, run))
    assert (run.status, run.answer) == (RunStatus.SUCCESS, "12 * 3 = 36")
    nodes = {node.node_type: node for node in session.scalars(select(RunNode))}
    asked, shortened = nodes["ask_model"], nodes["summarise"]
    assert asked.tokens == asked.output["tokens"] > 0
    assert nodes["set_values"].tokens == 0
    assert run.tokens == asked.tokens + shortened.tokens
    assert run.cost == asked.cost == 0


def record(step_id: str, tokens: int, cost: int) -> StepRecord:
    return StepRecord(step_id, "ask_model", "", StepStatus.SUCCESS, tokens=tokens, cost=cost)


def test_a_run_grows_by_what_is_new_alone() -> None:
    earlier = {("ask", ""): record("ask", 100, 7)}
    spending = Spending(earlier)
    spending.note(record("ask", 100, 7))
    assert spending.more == {}, "that was counted by the claim before"
    spending.note(record("ask", 130, 9))
    spending.note(record("other", 5, 1))
    spending.note(record("other", 5, 1))
    more = {"more_tokens": 35, "more_cost": 3, "more_unpriced": 0}
    assert spending.more == more
    spending.stored()
    assert spending.more == {}
