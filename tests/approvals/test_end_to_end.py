"""A run asks, waits for a person or for its time, and goes on, with real workers."""

from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import database
from app.approvals import answering
from app.approvals.models import Approval, ApprovalStatus
from app.engine.graph import Graph, Link
from app.engine.states import RunMode, RunStatus
from app.mail.models import Mail
from app.queue import Bell
from app.runs.models import Run
from app.settings import Settings
from tests.approvals.asked import Desk, fields, given
from tests.cast import Cast
from tests.databases import on_both
from tests.runs.flows import answer, form, step
from tests.runs.house import House, has_ended, until


def _flow(**more: object) -> Graph:
    ask = step("ask", "ask_person", fields(**more))  # type: ignore[arg-type]
    sent = answer("Refunded {{ steps.ask.values.Refund }}")
    kept = replace(step("kept", "answer", {"text": "Kept: {{ steps.ask.comment }}"}), id="kept0000")
    links = (
        Link(id="link0001", source="start000", source_port="out", target="ask00000"),
        Link(id="link0002", source="ask00000", source_port="approved", target="answer00"),
        Link(id="link0003", source="ask00000", source_port="refused", target="kept0000"),
    )
    return Graph(steps=(form("name"), ask, replace(sent, id="answer00"), kept), links=links)


def _asked(session: Session, run: Run) -> Approval | None:
    session.rollback()
    return session.scalars(select(Approval).where(Approval.run_id == run.id)).one_or_none()


def _ring(settings: Settings) -> None:
    bell = Bell(settings.redis_url)
    bell.ring()
    if bell.redis:
        bell.redis.close()


@on_both
def test_a_run_goes_on_with_what_was_approved(
    desk: Desk, session: Session, settings: Settings, house: House, cast: Cast
) -> None:
    run = desk.new_run(_flow())
    house.open_worker()
    approval = until(lambda: _asked(session, run))
    until(lambda: _status(session, run) is RunStatus.WAITING)
    with database.writing(session):
        said = given(approval, values={"Refund": 42})
        assert answering.answer(session, desk.keyring, approval, by=cast.olga, given=said)
    _ring(settings)
    until(lambda: has_ended(session, run))
    assert (run.status, run.answer) == (RunStatus.SUCCESS, "Refunded 42")
    assert "Olga approved with one change" in run.summary
    session.refresh(approval)
    assert approval.status is ApprovalStatus.APPROVED


def test_a_refusal_takes_its_own_way(
    desk: Desk, session: Session, settings: Settings, house: House, cast: Cast
) -> None:
    run = desk.new_run(_flow(), mode=RunMode.REHEARSAL)
    house.open_worker()
    approval = until(lambda: _asked(session, run))
    until(lambda: _status(session, run) is RunStatus.WAITING)
    assert approval.is_rehearsal
    until(lambda: len(_mails(session)) == 1)  # the starter is asked, nobody else
    assert _mails(session)[0].subject.startswith("Rehearsal: ")
    with database.writing(session):
        said = given(approval, "refuse", comment="Not yet")
        assert answering.answer(session, desk.keyring, approval, by=cast.ben, given=said)
    _ring(settings)
    until(lambda: has_ended(session, run))
    assert run.answer == "Kept: Not yet"


def test_nobody_answers_and_the_run_goes_on_by_itself(
    desk: Desk, session: Session, house: House
) -> None:
    flow = _flow(deadline="minutes", within=1, when_late="refuse", by_mail=False)
    run = desk.new_run(flow)
    house.open_worker()
    approval = until(lambda: _asked(session, run))
    until(lambda: _status(session, run) is RunStatus.WAITING)
    desk.make_due(approval)
    until(lambda: has_ended(session, run))
    assert run.answer == "Kept: "
    until(lambda: _asked_status(session, run) is ApprovalStatus.LATE)


def _status(session: Session, run: Run) -> RunStatus:
    session.rollback()
    session.refresh(run)
    return run.status


def _asked_status(session: Session, run: Run) -> ApprovalStatus | None:
    approval = _asked(session, run)
    return approval.status if approval else None


def _mails(session: Session) -> list[Mail]:
    session.rollback()
    return list(session.scalars(select(Mail)))
