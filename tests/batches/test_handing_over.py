"""Workers that hand results over: each row once, whatever happens to them."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app import database
from app.audit.models import AuditEvent
from app.batch_results import asking, into_table
from app.batches.refused import BatchRefused
from app.handovers import handing_over
from app.handovers.asking import HandoverRefused
from app.handovers.models import Handover, HandoverKind, HandoverStatus
from app.handovers.tools import Tools
from app.timetable import SOURCES
from tests.batches.handed import (
    MANY,
    Ask,
    Killed,
    Meanwhile,
    Scored,
    Stopped,
    as_it_is,
    handed_over,
    points_of,
    written_events,
)
from tests.cast import Cast
from tests.databases import on_both
from tests.runs.house import House, until


@on_both
@pytest.mark.parametrize("transactions", [1, 2, 3, 4, 5, 6])
def test_a_writer_that_dies_is_followed_by_another(
    session: Session, tools: Tools, killed: Killed, scored: Scored, ask: Ask, transactions: int
) -> None:
    held = ask(scored(), {"new": "Greeted"})
    with pytest.raises(Stopped):
        handed_over(session, killed(transactions), held)
    session.rollback()
    handed_over(session, tools, held)
    assert (held.status, held.rows) == (HandoverStatus.DONE, MANY)
    assert points_of(session, "Greeted") == list(range(1, MANY + 1))
    assert written_events(session) == [MANY]


@on_both
def test_of_two_writers_one_leaves_it_to_the_other(
    session: Session, tools: Tools, scored: Scored, ask: Ask
) -> None:
    held = ask(scored(), {"new": "Greeted"})
    key = (SOURCES, held.workspace_id, held.id)
    another = Meanwhile(5, lambda: handing_over.hand_over(tools, *key))
    handing_over.hand_over(replace(tools, turn=another), *key)
    assert points_of(session, "Greeted") == list(range(1, MANY + 1))
    assert written_events(session) == [MANY]


@on_both
def test_workers_are_killed_while_they_write(
    session: Session, house: House, scored: Scored, ask: Ask
) -> None:
    many = 10_000
    held = ask(scored(many), {"new": "Greeted"})
    worker = house.open_worker()
    until(lambda: as_it_is(session, held).rows > 0)
    house.kill(worker)
    was_cut = as_it_is(session, held).is_working
    house.open_worker()
    until(lambda: not as_it_is(session, held).is_working, within_s=60)
    assert (held.status, held.rows) == (HandoverStatus.DONE, many), was_cut
    assert points_of(session, "Greeted") == list(range(1, many + 1))


def test_it_is_stopped_on_the_way(
    session: Session, cast: Cast, tools: Tools, scored: Scored, ask: Ask
) -> None:
    batch = scored()
    held = ask(batch, {"new": "Greeted"})

    def stop() -> None:
        with database.writing(session):
            asking.stop(session, batch, HandoverKind.TABLE, by=cast.olga)

    handed_over(session, replace(tools, turn=Meanwhile(5, stop)), held)
    assert held.status is HandoverStatus.STOPPED
    words = "500 of 1,200 rows are written."
    assert held.sentence == f"Writing into “Greeted” was stopped. {words}"
    assert points_of(session, "Greeted") == list(range(1, 501))
    acts = select(AuditEvent.action).order_by(AuditEvent.id.desc()).limit(1)
    assert session.scalars(acts).one() == "batch_writing_stopped"
    handed_over(session, tools, held)  # nobody takes it up again
    assert len(points_of(session, "Greeted")) == 500


def test_only_one_writes_at_a_time_and_the_batch_stays_meanwhile(
    session: Session, scored: Scored, ask: Ask, tools: Tools
) -> None:
    batch = scored(3)
    held = ask(batch, {"new": "Greeted"})
    with pytest.raises(HandoverRefused, match="written into a table already"):
        ask(batch, {"new": "Greeted again"})
    with pytest.raises(BatchRefused, match="still being handed over"), database.writing(session):
        asking.forget(session, batch)
    handed_over(session, tools, held)
    ask(batch, {"new": "Greeted again"})
    counted = select(func.count()).select_from(Handover).where(Handover.batch_id == batch.id)
    assert session.scalar(counted) == 1


def test_what_is_cut_off_again_and_again_is_given_up(
    session: Session, scored: Scored, ask: Ask, tools: Tools, killed: Killed
) -> None:
    held = ask(scored(3), {"new": "Greeted"})
    for _ in range(handing_over.MAX_TRIES):
        with pytest.raises(Stopped):
            handed_over(session, killed(3), held)
    handed_over(session, tools, held)
    assert held.status is HandoverStatus.FAILED
    assert held.sentence.startswith("This was cut off 3 times")


class AtOnce:
    """Beside nothing: in the thread of the test."""

    def take(self, work: Callable[..., None], *given: object) -> None:
        """Do it now."""
        work(*given)


def test_who_waits_behind_a_long_table_has_a_turn(
    session: Session, tools: Tools, scored: Scored, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(into_table, "ROWS_A_TURN", 500)
    monkeypatch.setattr(handing_over, "Aside", AtOnce)
    long, short = ask(scored(), {"new": "Greeted"}), ask(scored(2), {"new": "A few"})
    handing, written = handing_over.Handing(SOURCES), []
    for _ in range(4):
        handing.look(tools)
        written.append([as_it_is(session, one).rows for one in (long, short)])
    assert written == [[500, 0], [500, 2], [MANY, 2], [MANY, 2]]
    assert points_of(session, "Greeted") == list(range(1, MANY + 1))
    assert [one.status for one in (long, short)] == [HandoverStatus.DONE] * 2
