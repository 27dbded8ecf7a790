"""Schedules come due: one run per due time, made up for once, told when late."""

import contextlib
import threading
from datetime import datetime, timedelta

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session, sessionmaker

from app import database
from app.agents import lifecycle
from app.engine.states import TriggerType
from app.lib import clock
from app.notices.models import Notice, NoticeKind
from app.runs.models import Lane
from app.triggers import schedules
from app.triggers.models import Trigger
from app.triggers.schedule_models import ScheduleFire
from app.triggers.schedules import DueSchedules
from app.vault.keys import Keyring
from app.workspaces import founding
from app.workspaces.models import Member
from tests.cast import Cast
from tests.databases import on_both
from tests.runs.conftest import MakeAgent
from tests.runs.pages import all_runs
from tests.triggers.conftest import Publish, SwitchOn, triggers_of
from tests.triggers.flows import scheduled

NO_TURN = contextlib.nullcontext()
MINUTES = {"every": "minutes", "count": 10}


def look(engine: Engine, keyring: Keyring, now: datetime | None = None) -> set[Lane]:
    """One look at the clock."""
    return DueSchedules().fire_due(database.session_factory(engine), keyring, NO_TURN, now=now)


def due_of(session: Session, trigger: Trigger) -> datetime:
    """When the trigger is due next."""
    session.rollback()
    session.refresh(trigger)
    assert trigger.next_due is not None
    return trigger.next_due


def fires(session: Session) -> list[ScheduleFire]:
    """Every occurrence, oldest first."""
    session.rollback()
    return list(session.scalars(select(ScheduleFire).order_by(ScheduleFire.due)))


def notices(session: Session) -> list[Notice]:
    """What people were told about schedules."""
    session.rollback()
    kind = Notice.kind == NoticeKind.NOT_RUN
    return list(session.scalars(select(Notice).where(kind).order_by(Notice.id)))


def test_it_works(
    engine: Engine, session: Session, keyring: Keyring, switched_on: SwitchOn
) -> None:
    (trigger,) = triggers_of(session, switched_on(scheduled(MINUTES)))
    due = due_of(session, trigger)
    assert look(engine, keyring, due - timedelta(seconds=1)) == set()
    assert look(engine, keyring, due) == {Lane.DEFAULT}
    (run,) = all_runs(session)
    assert run.trigger_type is TriggerType.SCHEDULE
    assert run.trigger_words == "Schedule: Every 10 minutes"
    assert run.trigger_payload == {
        "due": due.isoformat(timespec="seconds"),
        "previous_due": None,
        "missed": 0,
    }
    assert run.idempotency_key == f"schedule:{trigger.id}:{due.isoformat()}"
    (occurrence,) = fires(session)
    assert (occurrence.due, occurrence.run_id, occurrence.reason) == (due, run.id, "")
    assert due_of(session, trigger) == due + timedelta(minutes=10)
    assert notices(session) == []

    look(engine, keyring, due + timedelta(minutes=10))
    second = all_runs(session)[1]
    assert second.trigger_payload["previous_due"] == due.isoformat(timespec="seconds")


def test_a_draft_or_an_agent_that_is_off_is_not_due(
    session: Session, make_agent: MakeAgent, publish: Publish, cast: Cast
) -> None:
    agent = publish(make_agent(scheduled(MINUTES)))
    (trigger,) = triggers_of(session, agent)
    assert trigger.next_due is None
    with database.writing(session):
        lifecycle.switch_on(session, agent, by=cast.ben)
    assert due_of(session, trigger) > clock.now()
    with database.writing(session):
        lifecycle.switch_off(session, agent, by=cast.ben)
    assert triggers_of(session, agent)[0].next_due is None


def test_a_new_version_keeps_what_is_due_unless_the_schedule_changed(
    session: Session, switched_on: SwitchOn, publish: Publish
) -> None:
    agent = switched_on(scheduled(MINUTES))
    (trigger,) = triggers_of(session, agent)
    with database.writing(session):
        trigger.next_due = long_ago = clock.now() - timedelta(minutes=3)
    graph = scheduled(MINUTES)
    publish(agent, graph.__class__(steps=graph.steps[:1], links=()))
    assert due_of(session, trigger) == long_ago
    publish(agent, scheduled({"every": "minutes", "count": 20}))
    assert due_of(session, trigger) > clock.now()


def test_another_time_zone_moves_the_schedules_that_name_none(
    session: Session, switched_on: SwitchOn, cast: Cast
) -> None:
    daily = {"every": "days", "times": ["08:30"]}
    (ours,) = triggers_of(session, switched_on(scheduled(daily)))
    fixed = scheduled({**daily, "timezone": "Asia/Kolkata"})
    (theirs,) = triggers_of(session, switched_on(fixed, "Other"))
    assert due_of(session, ours).strftime("%H:%M") == "08:30"
    with database.writing(session):
        member = session.scalars(select(Member).where(Member.user_id == cast.ada.id)).one()
        founding.change(
            session,
            cast.harbour,
            name="Harbour",
            timezone="America/New_York",
            retention_days=30,
            by=member,
        )
    assert due_of(session, ours).strftime("%H:%M") in {"12:30", "13:30"}
    assert due_of(session, theirs).strftime("%H:%M") == "03:00"


def test_missed_times_are_made_up_for_once(
    engine: Engine, session: Session, keyring: Keyring, switched_on: SwitchOn
) -> None:
    (trigger,) = triggers_of(session, switched_on(scheduled(MINUTES)))
    first = due_of(session, trigger)
    now = first + timedelta(hours=2, minutes=4)
    look(engine, keyring, now)
    look(engine, keyring, now)
    (run,) = all_runs(session)
    (occurrence,) = fires(session)
    assert (occurrence.due, occurrence.missed) == (first + timedelta(hours=2), 12)
    assert run.trigger_payload["missed"] == 12
    assert due_of(session, trigger) == first + timedelta(hours=2, minutes=10)
    (notice,) = notices(session)
    assert notice.subject == "“Greeter” did not run when it was due"
    assert "due 13 times since" in notice.text
    assert "It runs now, once." in notice.text
    assert notice.path == "/w/harbour-pine/schedules"


def test_a_few_minutes_late_is_nothing_to_tell(
    engine: Engine, session: Session, keyring: Keyring, switched_on: SwitchOn
) -> None:
    (trigger,) = triggers_of(session, switched_on(scheduled()))
    look(engine, keyring, due_of(session, trigger) + timedelta(minutes=4))
    assert len(all_runs(session)) == 1
    assert notices(session) == []


def test_a_run_that_is_still_going_lets_the_next_be_skipped(
    engine: Engine, session: Session, keyring: Keyring, switched_on: SwitchOn
) -> None:
    (trigger,) = triggers_of(session, switched_on(scheduled(MINUTES, when_busy="skip")))
    due = due_of(session, trigger)
    look(engine, keyring, due)
    look(engine, keyring, due + timedelta(minutes=10))
    assert len(all_runs(session)) == 1
    assert [bool(one.run_id) for one in fires(session)] == [True, False]
    assert "still going" in fires(session)[1].reason
    assert due_of(session, trigger) == due + timedelta(minutes=20)


def test_a_schedule_that_cannot_start_is_tried_again_and_told(
    engine: Engine, session: Session, keyring: Keyring, switched_on: SwitchOn
) -> None:
    (trigger,) = triggers_of(session, switched_on(scheduled(MINUTES)))
    due = due_of(session, trigger)
    look(engine, keyring, due)
    sessions = database.session_factory(engine)
    keyless = Keyring([], sessions)
    clockwork = DueSchedules()
    then = due + timedelta(minutes=10)
    for seconds in (0, 1, 29):
        moment = then + timedelta(seconds=seconds)
        assert clockwork.fire_due(sessions, keyless, NO_TURN, now=moment) == set()
    assert len(all_runs(session)) == 1
    session.refresh(trigger)
    assert trigger.next_due == then
    assert trigger.failing_since == then
    assert trigger.last_error == schedules.CANNOT_START
    assert notices(session) == []

    clockwork.fire_due(sessions, keyless, NO_TURN, now=then + timedelta(minutes=6))
    clockwork.fire_due(sessions, keyless, NO_TURN, now=then + timedelta(minutes=7))
    (notice,) = notices(session)
    assert notice.subject == "“Greeter” cannot start at its time"

    clockwork.fire_due(sessions, keyring, NO_TURN, now=then + timedelta(minutes=8))
    assert len(all_runs(session)) == 2
    session.rollback()
    session.refresh(trigger)
    assert (trigger.failing_since, trigger.last_error) == (None, None)


def test_one_that_cannot_start_is_in_nobodys_way(
    engine: Engine, session: Session, keyring: Keyring, switched_on: SwitchOn
) -> None:
    (bad,) = triggers_of(session, switched_on(scheduled(MINUTES), "Bad"))
    (good,) = triggers_of(session, switched_on(scheduled(MINUTES), "Good"))
    due = due_of(session, bad)
    with database.writing(session):
        bad.settings = {"schedule": {"every": "never"}}
    look(engine, keyring, due + timedelta(minutes=10))
    assert [run.trigger_id for run in all_runs(session)].count(good.id) == 1


@on_both
def test_workers_that_look_at_once_make_one_run(
    engine: Engine, session: Session, keyring: Keyring, switched_on: SwitchOn
) -> None:
    (trigger,) = triggers_of(session, switched_on(scheduled(MINUTES)))
    due = due_of(session, trigger)
    sessions = database.session_factory(engine)
    look_at_once(sessions, keyring, due, workers=6)
    assert len(all_runs(session)) == 1
    assert len(fires(session)) == 1
    assert due_of(session, trigger) == due + timedelta(minutes=10)


@on_both
def test_a_clock_that_goes_back_makes_no_second_run(
    engine: Engine, session: Session, keyring: Keyring, switched_on: SwitchOn
) -> None:
    (trigger,) = triggers_of(session, switched_on(scheduled(MINUTES)))
    due = due_of(session, trigger)
    look(engine, keyring, due)
    with database.writing(session):
        trigger.next_due = due
    look(engine, keyring, due + timedelta(seconds=1))
    assert len(all_runs(session)) == 1
    assert due_of(session, trigger) == due + timedelta(minutes=10)


def look_at_once(
    sessions: sessionmaker[Session], keyring: Keyring, now: datetime, *, workers: int
) -> None:
    """Several timekeepers at the same moment, which the lock of the turn normally prevents."""
    gate = threading.Barrier(workers)

    def act() -> None:
        gate.wait(timeout=10)
        DueSchedules().fire_due(sessions, keyring, NO_TURN, now=now)

    threads = [threading.Thread(target=act) for _ in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)


@on_both
def test_due_times_long_past_are_forgotten_but_the_latest(
    engine: Engine, session: Session, keyring: Keyring, switched_on: SwitchOn
) -> None:
    (trigger,) = triggers_of(session, switched_on(scheduled(MINUTES)))
    due = due_of(session, trigger)
    for times in range(3):
        look(engine, keyring, due + timedelta(minutes=10 * times))
    with database.writing(session):
        schedules.forget_old(session, now=due + timedelta(days=31))
    assert [one.due for one in fires(session)] == [due + timedelta(minutes=20)]
