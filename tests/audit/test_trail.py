"""The audit trail shows what was changed, removed or slipped in by hand."""

import threading
from collections.abc import Callable

import pytest
from sqlalchemy import Engine, delete, text, update
from sqlalchemy.orm import Session

from app import database
from app.audit import trail
from app.audit.models import AuditEvent
from app.lib import ids
from tests.databases import on_both

HERE, ADA = ids.new_id(), ids.new_id()


def tell(session: Session, number: int) -> AuditEvent:
    """One event with details of every kind."""
    return trail.record(
        session,
        "role_changed",
        workspace_id=HERE,
        actor_id=ADA,
        subject=f"person {number} ø \x00",
        details={"now": "admin", "count": number, "sure": True, "was": None, "list": ["b", "a"]},
    )


@on_both
def test_events_follow_each_other_and_are_whole(session: Session) -> None:
    for number in range(3):
        with database.writing(session):
            tell(session, number)
            tell(session, number + 10)
    session.expunge_all()
    assert trail.verify(session) is None
    events = trail.of_workspace(session, HERE, limit=10)
    assert [event.position for event in events] == [6, 5, 4, 3, 2, 1]
    older = trail.of_workspace(session, HERE, before=events[3].id, limit=10)
    assert [event.position for event in older] == [2, 1]


@pytest.mark.parametrize(
    ("tamper", "position"),
    [
        (lambda: update(AuditEvent).where(AuditEvent.position == 3).values(actor_id=None), 3),
        (lambda: update(AuditEvent).where(AuditEvent.position == 3).values(subject="x"), 3),
        (lambda: update(AuditEvent).where(AuditEvent.position == 1).values(details={}), 1),
        (lambda: delete(AuditEvent).where(AuditEvent.position == 2), 2),
        (lambda: delete(AuditEvent).where(AuditEvent.position == 1), 1),
        (lambda: update(AuditEvent).where(AuditEvent.position == 5).values(position=6), 5),
        (lambda: text("UPDATE audit_events SET created_at = '2020-01-01' WHERE position = 4"), 4),
    ],
)
@on_both
def test_tampering_shows(session: Session, tamper: Callable[[], object], position: int) -> None:
    with database.writing(session):
        for number in range(5):
            tell(session, number)
    assert trail.verify(session) is None
    with database.writing(session):
        session.execute(tamper())
    assert trail.verify(session) == position


@on_both
def test_an_act_that_fails_leaves_no_event(session: Session) -> None:
    def act() -> None:
        with database.writing(session):
            tell(session, 1)
            raise OSError("disk full")

    with pytest.raises(OSError, match="disk"):
        act()
    assert trail.of_workspace(session, HERE, limit=5) == []


@on_both
def test_many_at_once_make_one_chain(engine: Engine, session: Session) -> None:
    together = threading.Barrier(6)

    def act() -> None:
        together.wait()
        with database.session_factory(engine)() as own:
            for number in range(5):
                with database.writing(own):
                    tell(own, number)

    threads = [threading.Thread(target=act) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert trail.verify(session) is None
    assert trail.of_workspace(session, HERE, limit=100)[0].position == 30


def test_a_long_subject_is_cut_and_still_whole(session: Session) -> None:
    with database.writing(session):
        event = trail.record(session, "act", actor_id=None, subject="long " * 100)
    assert len(event.subject) == trail.MAX_SUBJECT_CHARACTERS
    session.expunge_all()
    assert trail.verify(session) is None
