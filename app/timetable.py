"""Every recurring task on one page. The timekeeper of the first worker process does them."""

from app import database
from app.accounts import attempts
from app.workers import retention, sweeper
from app.workers.desk import Desk
from app.workers.timekeeper import Task

MINUTE_S = 60.0
HOUR_S = 3_600.0


def _forget_attempts(desk: Desk) -> None:
    with desk.sessions() as session, database.writing(session):
        attempts.forget_old_attempts(session)


TIMETABLE = (
    Task("ring for runs that nobody works on", sweeper.EVERY_S, sweeper.sweep),
    Task("forget rings that piled up", MINUTE_S, sweeper.forget_surplus),
    Task("let go of runs that are kept no longer", HOUR_S, retention.let_go),
    Task("forget sign-in attempts that no longer count", HOUR_S, _forget_attempts),
)
