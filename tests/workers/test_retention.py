"""Runs past their workspace's time go, with all that was kept of them, and nothing else does."""

from datetime import timedelta

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from app import database
from app.agents.models import FlowGraph
from app.engine.states import RunStatus, StepStatus
from app.lib import clock
from app.runs.models import Run, RunLog, RunNode
from app.workers import retention
from app.workers.desk import Desk
from tests.cast import Cast
from tests.databases import on_both
from tests.runs.conftest import MakeAgent, StartRun
from tests.runs.flows import greeting


@on_both
def test_old_runs_go_with_all_that_was_kept(
    session: Session, cast: Cast, make_agent: MakeAgent, start_run: StartRun, desk: Desk
) -> None:
    agent = make_agent(greeting())
    old, again, new, live = (start_run(agent, {"name": "Maria"}) for _ in range(4))
    _end(session, old, days_ago=31)
    _end(session, again, days_ago=1, replay_of=old.id)
    _end(session, new, days_ago=29)
    _age(session, live, days_ago=400)
    with database.writing(session):
        session.add(
            RunNode(
                run_id=old.id,
                workspace_id=old.workspace_id,
                node_id="aaaaaaaa",
                node_type="answer",
                status=StepStatus.SUCCESS,
            )
        )
        session.add(
            RunLog(run_id=old.id, workspace_id=old.workspace_id, seq=1, at=clock.now(), text="x")
        )
    assert retention.let_go(desk) == 1
    session.expire_all()
    left = set(session.scalars(select(Run.id)))
    assert left == {again.id, new.id, live.id}
    assert session.get_one(Run, again.id).replay_of is None
    for kept in (RunNode, RunLog):
        assert session.scalar(select(func.count()).select_from(kept)) == 0
    assert session.scalar(select(func.count()).select_from(FlowGraph)) == 1


def _end(session: Session, run: Run, *, days_ago: int, **columns: object) -> None:
    _age(session, run, days_ago=days_ago, status=RunStatus.SUCCESS, **columns)


def _age(session: Session, run: Run, *, days_ago: int, **columns: object) -> None:
    with database.writing(session):
        kept = session.get_one(Run, run.id)
        kept.created_at = clock.now() - timedelta(days=days_ago)
        for name, value in columns.items():
            setattr(kept, name, value)


def test_the_space_is_given_back(
    session: Session, cast: Cast, make_agent: MakeAgent, start_run: StartRun, desk: Desk
) -> None:
    agent = make_agent(greeting())
    empty = session.execute(text("PRAGMA page_count")).scalar_one()
    for _ in range(30):
        run = start_run(agent, {"name": "Maria " * 3_000})
        _end(session, run, days_ago=31)
    before = session.execute(text("PRAGMA page_count")).scalar_one()
    session.rollback()
    assert retention.let_go(desk) == 30
    assert session.execute(text("PRAGMA freelist_count")).scalar_one() == 0
    assert session.execute(text("PRAGMA page_count")).scalar_one() < (empty + before) / 2
