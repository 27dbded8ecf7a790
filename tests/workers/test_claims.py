"""Who gets which run, in what order, and who does not."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import Engine, text, update
from sqlalchemy.orm import Session

from app import database
from app.agents import creation
from app.agents.models import Agent
from app.engine.states import RunStatus
from app.lib import clock
from app.prepared import Prepared
from app.runs.models import Lane, Run
from app.workers import choosing, claims
from app.workers.choosing import Room
from tests.cast import Cast
from tests.databases import on_both
from tests.runs.conftest import StartRun
from tests.runs.flows import greeting

ROOM = Room(chat=16, other=12)
Take = Callable[..., list[Run]]


@pytest.fixture(params=[choosing.FEW, 0], ids=["of_few", "of_many"])
def take(session: Session, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Take:
    """Claims runs, and gives their rows; chosen as among a few runs, and as among many."""
    monkeypatch.setattr(choosing, "FEW", request.param)

    def claim(owner: str = "one", room: Room = ROOM) -> list[Run]:
        with database.writing(session):
            taken, _ = claims.take(session, owner=owner, room=room)
        return [session.get_one(Run, one.run_id, populate_existing=True) for one in taken]

    return claim


@pytest.fixture
def elsewhere_agent(session: Session, cast: Cast) -> Agent:
    """An agent of Dan's, in the other workspace."""
    with database.writing(session):
        return creation.create(session, cast.elsewhere, by=cast.dan, name="D", graph=greeting())


@on_both
def test_it_works(session: Session, take: Take, agent: Agent, start_run: StartRun) -> None:
    run = start_run(agent, {"name": "Ada"})
    assert claims.any_free(session)
    (taken,) = take()
    assert (taken.id, taken.status, taken.claim, taken.owner) == (
        run.id,
        RunStatus.RUNNING,
        1,
        "one",
    )
    assert taken.started_at is not None
    assert taken.lease_until is not None
    assert take("two") == []
    session.rollback()
    assert not claims.any_free(session)


@on_both
def test_a_lease_that_ran_out_is_claimed_anew(
    session: Session, take: Take, agent: Agent, start_run: StartRun
) -> None:
    start_run(agent)
    (first,) = take()
    began = first.started_at
    with database.writing(session):
        session.execute(update(Run).values(lease_until=clock.now() - timedelta(seconds=1)))
    assert claims.free_lanes(session) == [Lane.DEFAULT]
    (second,) = take("two")
    assert (second.claim, second.owner, second.started_at) == (2, "two", began)
    with database.writing(session):
        assert claims.extend(session, [second.id], owner="one") == set()
        assert claims.extend(session, [second.id], owner="two") == {second.id}


@on_both
def test_chat_first_and_low_last(take: Take, agent: Agent, start_run: StartRun) -> None:
    low = start_run(agent, lane=Lane.LOW)
    default = start_run(agent)
    chat = start_run(agent, lane=Lane.CHAT)
    assert [run.id for run in take()] == [chat.id, default.id, low.id]


def test_some_room_is_kept_for_chat(
    session: Session, take: Take, agent: Agent, start_run: StartRun
) -> None:
    others = [start_run(agent) for _ in range(3)]
    assert take(room=Room(chat=4, other=0)) == []
    chat = start_run(agent, lane=Lane.CHAT)
    assert [run.id for run in take(room=Room(chat=4, other=0))] == [chat.id]
    assert [run.id for run in take(room=Room(chat=4, other=2))] == [one.id for one in others[:2]]
    with database.writing(session):
        _, is_more_waiting = claims.take(session, owner="one", room=Room(chat=4, other=0))
    assert is_more_waiting


@on_both
def test_one_busy_workspace_does_not_keep_another_waiting(
    take: Take, agent: Agent, elsewhere_agent: Agent, start_run: StartRun
) -> None:
    for _ in range(6):
        start_run(agent)
    assert len(take(room=Room(chat=3, other=3))) == 3
    theirs = [start_run(elsewhere_agent), start_run(elsewhere_agent)]
    assert [run.id for run in take(room=Room(chat=2, other=2))] == [run.id for run in theirs]


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
@pytest.mark.postgres
def test_two_workers_at_once_share_without_waiting(
    engine: Engine, agent: Agent, start_run: StartRun
) -> None:
    for _ in range(4):
        start_run(agent)
    make = database.session_factory(engine)
    with make() as one, make() as two, database.writing(one):
        mine, _ = claims.take(one, owner="one", room=Room(chat=2, other=2))
        with database.writing(two):
            two.execute(text("SET LOCAL lock_timeout = '1s'"))
            theirs, _ = claims.take(two, owner="two", room=ROOM)
    assert len(mine) == 2
    assert {one.run_id for one in mine}.isdisjoint({one.run_id for one in theirs})


@pytest.mark.parametrize(
    "statement",
    [claims._one_free, choosing._few, choosing._oldest_of_each],
    ids=["one_free", "few", "oldest_of_each"],
)
def test_looking_for_work_reads_live_runs_only(session: Session, statement: Prepared) -> None:
    looked = statement.words(session.get_bind().dialect).replace("?", "1")
    plan = session.execute(text("EXPLAIN QUERY PLAN " + looked.replace(":", ""))).all()
    assert any("ix_runs_live" in str(row) for row in plan), plan


@on_both
def test_a_single_run_comes_soon_behind_many(
    take: Take, agent: Agent, elsewhere_agent: Agent, start_run: StartRun
) -> None:
    for _ in range(12):
        start_run(agent)
    theirs = start_run(elsewhere_agent)
    taken = take(room=Room(chat=2, other=2))
    assert theirs.id in {run.id for run in taken}
    assert len(taken) == 2


@on_both
def test_an_agent_at_its_limit_keeps_no_other_waiting(
    session: Session, cast: Cast, take: Take, agent: Agent, start_run: StartRun
) -> None:
    with database.writing(session):
        agent.max_parallel = 1
        other = creation.create(session, cast.harbour, by=cast.ben, name="O", graph=greeting())
    first, *_rest = [start_run(agent) for _ in range(8)]
    theirs = start_run(other)
    assert {run.id for run in take(room=Room(chat=4, other=4))} == {first.id, theirs.id}
    assert take(room=Room(chat=4, other=4)) == []
