"""Which schedules did not run, for the page that lists what needs somebody."""

from datetime import timedelta

from sqlalchemy.orm import Session

from app import database
from app.agents import lifecycle
from app.triggers import health
from tests.cast import Cast
from tests.triggers.conftest import SwitchOn, triggers_of
from tests.triggers.flows import scheduled
from tests.triggers.test_schedules import due_of


def test_it_works(session: Session, cast: Cast, switched_on: SwitchOn) -> None:
    agent = switched_on(scheduled())
    (trigger,) = triggers_of(session, agent)
    due = due_of(session, trigger)
    assert health.missed(session, cast.harbour, due + timedelta(minutes=4)) == []
    (late,) = health.missed(session, cast.harbour, due + timedelta(minutes=6))
    assert (late.agent_id, late.agent, late.since) == (agent.id, "Greeter", due)
    assert late.words == "Every weekday at 8:30"
    assert late.sentence == health.NO_WORKER
    assert late.path == "/w/harbour-pine/schedules"
    assert health.dead(session, cast.harbour, due + timedelta(minutes=6)) == []


def test_the_reason_is_told_when_it_is_known(
    session: Session, cast: Cast, switched_on: SwitchOn
) -> None:
    (trigger,) = triggers_of(session, switched_on(scheduled()))
    due = due_of(session, trigger)
    with database.writing(session):
        trigger.failing_since, trigger.last_error = due, "The disk is full."
    (late,) = health.missed(session, cast.harbour, due + timedelta(minutes=6))
    assert late.sentence == "The disk is full."


def test_neither_off_agents_nor_other_workspaces(
    session: Session, cast: Cast, switched_on: SwitchOn
) -> None:
    agent = switched_on(scheduled())
    (trigger,) = triggers_of(session, agent)
    later = due_of(session, trigger) + timedelta(hours=1)
    assert health.missed(session, cast.elsewhere, later) == []
    with database.writing(session):
        lifecycle.switch_off(session, agent, by=cast.ben)
    assert health.missed(session, cast.harbour, later) == []
