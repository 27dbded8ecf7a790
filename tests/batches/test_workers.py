"""Batches with real workers: every row once, whatever happens to the processes."""

from collections import Counter

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app import database
from app.batches.models import Batch, BatchStatus, RowStatus
from app.runs.models import Lane, Run
from tests.batches.conftest import MakeBatch, PutOn, again, begin, rows_of
from tests.cast import Cast
from tests.databases import on_both
from tests.runs.flows import greeting
from tests.runs.house import House, until

MANY = 2_000


def _is_at(session: Session, batch: Batch, *statuses: BatchStatus) -> bool:
    now = again(session, batch)
    return now.status in statuses and not now.open_rows


@on_both
def test_each_row_is_one_run(
    session: Session, cast: Cast, house: House, put_on: PutOn, make_batch: MakeBatch
) -> None:
    batch = make_batch(put_on(greeting()), "Name,City", "Maria,Oslo", "Jens,Bergen", ",Moss")
    begin(session, cast, batch)
    house.open_worker()
    until(lambda: _is_at(session, batch, BatchStatus.DONE))
    rows = rows_of(session, batch)
    assert [row.answer for row in rows] == ["Hello Maria", "Hello Jens", None]
    assert [row.status for row in rows] == [RowStatus.DONE, RowStatus.DONE, RowStatus.LEFT_OUT]
    assert (batch.total, batch.done, batch.left_out, batch.waiting) == (3, 2, 1, 0)
    assert batch.answer_names == ["Answer"]
    runs = session.scalars(select(Run).order_by(Run.id)).all()
    assert [run.lane for run in runs] == [Lane.LOW] * 2
    assert {run.agent_version_id for run in runs} == {batch.agent_version_id}


def test_two_thousand_rows_in_a_bounded_time(
    session: Session, cast: Cast, house: House, put_on: PutOn, make_batch: MakeBatch
) -> None:
    batch = make_batch(put_on(greeting()), "Name", *(f"Person {n}" for n in range(MANY)))
    with database.writing(session):
        batch.parallel = 50
    begin(session, cast, batch)
    house.open_worker()
    until(lambda: _is_at(session, batch, BatchStatus.DONE), within_s=180)
    answers = [row.answer for row in rows_of(session, batch)]
    assert answers == [f"Hello Person {n}" for n in range(MANY)]
    assert session.scalar(select(func.count()).select_from(Run)) == MANY


@on_both
def test_workers_are_killed_in_the_middle(
    session: Session, cast: Cast, house: House, put_on: PutOn, make_batch: MakeBatch
) -> None:
    batch = make_batch(put_on(greeting()), "Name", *(f"Person {n}" for n in range(120)))
    begin(session, cast, batch)
    for settled in (20, 60):
        worker = house.open_worker()
        until(lambda: again(session, batch).done >= settled)  # noqa: B023  # awaited at once
        house.kill(worker)
    house.open_worker()
    until(lambda: _is_at(session, batch, BatchStatus.DONE), within_s=120)
    rows = rows_of(session, batch)
    assert [row.answer for row in rows] == [f"Hello Person {n}" for n in range(120)]
    runs = Counter(session.scalars(select(Run.trigger_words)))
    assert set(runs.values()) == {1}
    assert len(runs) == 120
