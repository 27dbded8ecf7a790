"""Every recurring task on one page. The timekeeper of the first worker process does them."""

from app import database
from app.accounts import attempts
from app.mail import rounds
from app.mail.post_office import post_office
from app.notices import keeping, mailing
from app.workers import retention, sweeper
from app.workers.desk import Desk
from app.workers.timekeeper import Task

MINUTE_S = 60.0
HOUR_S = 3_600.0


def _forget_attempts(desk: Desk) -> None:
    with desk.sessions() as session, database.writing(session):
        attempts.forget_old_attempts(session)


def _send_mail(desk: Desk) -> None:
    post_office(desk.settings, desk.sessions, desk.keyring).look()


def _mail_notices(desk: Desk) -> None:
    post = mailing.Post(keyring=desk.keyring, public_url=desk.settings.public_url)
    mailing.mail_due(desk.sessions, post)


def _let_go_of_mail(desk: Desk) -> None:
    with desk.sessions() as session, database.writing(session):
        rounds.give_up_old(session)
        rounds.forget_old(session)
        keeping.forget_old(session)


TIMETABLE = (
    Task("ring for runs that nobody works on", sweeper.EVERY_S, sweeper.sweep),
    Task("send mail that waits", 2.0, _send_mail),
    Task("mail notices that are due", 5.0, _mail_notices),
    Task("let go of mail and notices that are kept no longer", HOUR_S, _let_go_of_mail),
    Task("forget rings that piled up", MINUTE_S, sweeper.forget_surplus),
    Task("let go of runs that are kept no longer", HOUR_S, retention.let_go),
    Task("forget sign-in attempts that no longer count", HOUR_S, _forget_attempts),
)
