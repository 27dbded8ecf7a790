"""Every recurring task on one page. The timekeeper of the first worker process does them."""

from app import database
from app.accounts import attempts
from app.runs.work import sweeper
from app.runs.work.desk import Desk
from app.runs.work.timekeeper import Task

HOUR_S = 3_600.0


def _forget_attempts(desk: Desk) -> None:
    with desk.sessions() as session, database.writing(session):
        attempts.forget_old_attempts(session)


TIMETABLE = (
    Task("ring for runs that nobody works on", sweeper.EVERY_S, sweeper.sweep),
    Task("forget sign-in attempts that no longer count", HOUR_S, _forget_attempts),
)
