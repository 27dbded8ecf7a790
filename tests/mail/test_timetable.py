"""The recurring tasks about mail do their work with a worker's tools."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.mail.models import Mail, MailStatus
from app.timetable import TIMETABLE
from app.workers.desk import Desk
from tests.mail.conftest import Put, Set
from tests.mail.postbox import Postbox
from tests.runs.house import until
from tests.workers.conftest import desk

__all__ = ["desk"]


def test_a_worker_sends_what_waits(
    session: Session, desk: Desk, put: Put, set_server: Set, postbox: Postbox
) -> None:
    set_server(postbox)
    put()
    for task in TIMETABLE:
        if "mail" in task.name:
            task.do(desk)

    def is_sent() -> bool:
        session.expire_all()
        sent = session.scalars(select(Mail.status)).one() is MailStatus.SENT
        session.rollback()
        return sent

    until(is_sent)
    assert len(postbox.mails) == 1
