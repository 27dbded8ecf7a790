"""A question is answered once, by somebody who may, and only to what was asked."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from app import database
from app.accounts.models import User
from app.approvals import answering, asking, people
from app.approvals.answering import AnswerRefused
from app.approvals.models import Approval, ApprovalStatus
from app.audit.models import AuditEvent
from app.engine.states import RunMode, RunStatus
from app.lib import clock
from app.runs.models import Run
from app.vault.keys import Keyring
from app.workspaces import membership
from app.workspaces.models import Member
from app.workspaces.roles import Role
from tests.approvals.asked import TITLE, Desk, flow, given, in_hours, names
from tests.cast import Cast
from tests.databases import on_both


def _answer(
    desk: Desk, approval: Approval, by: User, verdict: str = "approve", **more: object
) -> bool:
    with database.writing(desk.session) as session:
        return answering.answer(
            session, desk.keyring, approval, by=by, given=given(approval, verdict, **more)
        )


def _member(session: Session, user: User) -> Member:
    return session.scalars(select(Member).where(Member.user_id == user.id)).one()


@on_both
def test_it_works(desk: Desk, session: Session, cast: Cast) -> None:
    approval = desk.ask()
    assert (approval.title, approval.status) == (TITLE, ApprovalStatus.OPEN)
    assert _answer(desk, approval, cast.olga, values={"Refund": 42}, comment=" Half of it ")
    reply = desk.reply(approval)
    assert reply["verdict"] == "approve"
    assert reply["values"] == {"Refund": 42}
    assert (reply["by"], reply["comment"]) == ("Olga", "Half of it")
    session.refresh(approval)
    assert (approval.status, approval.changes) == (ApprovalStatus.APPROVED, 1)
    assert approval.answered_by == cast.olga.id
    assert session.get_one(Run, approval.run_id).status is RunStatus.PENDING
    event = session.scalars(select(AuditEvent).order_by(AuditEvent.position.desc())).first()
    assert event is not None
    assert (event.action, event.actor_id) == ("approval_answered", cast.olga.id)
    assert event.details["asked"] == approval.argument_hash


@on_both
def test_of_two_at_once_one_wins(
    desk: Desk, engine: Engine, keyring: Keyring, cast: Cast, session: Session
) -> None:
    approval = desk.ask()
    answer = {cast.ben.id: given(approval, "approve"), cast.olga.id: given(approval, "refuse")}
    together, won = threading.Barrier(2), []

    def decide(user: User) -> None:
        with database.session_factory(engine)() as own:
            mine = own.get_one(Approval, approval.id)
            together.wait()
            with database.writing(own):
                if answering.answer(own, keyring, mine, by=user, given=answer[user.id]):
                    won.append(user.id)

    threads = [threading.Thread(target=decide, args=(user,)) for user in (cast.ben, cast.olga)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    session.rollback()
    session.refresh(approval)
    assert won == [approval.answered_by]
    assert desk.reply(approval)["verdict"] == answer[won[0]].verdict.value


def test_an_answer_to_something_else_does_not_count(desk: Desk, cast: Cast) -> None:
    approval = desk.ask()
    with pytest.raises(AnswerRefused, match="Something else is asked by now"):
        _answer(desk, approval, cast.olga, argument_hash="0" * 64)
    assert desk.reply(approval) is None


def test_only_those_who_may(desk: Desk, cast: Cast) -> None:
    named = desk.ask(who="people", people="ben@harbour.example\nnobody@harbour.example")
    for person in (cast.olga, cast.ada, cast.cleo, cast.dan):
        with pytest.raises(AnswerRefused, match="waits for somebody else"):
            _answer(desk, named, person)
    assert _answer(desk, named, cast.ben)
    everybody = desk.ask()
    for person in (cast.cleo, cast.dan):
        with pytest.raises(AnswerRefused):
            _answer(desk, everybody, person)


def test_who_stands_in_when_nobody_named_can_answer(
    desk: Desk, session: Session, cast: Cast
) -> None:
    viewer = desk.ask(who="people", people="cleo@harbour.example")
    assert names(people.answerers(session, viewer)) == ["Ada"]
    named = desk.ask(who="people", people="ben@harbour.example")
    with database.writing(session):
        ben, ada = _member(session, cast.ben), _member(session, cast.ada)
        membership.change_role(session, ben, to=Role.VIEWER, by=ada)
    assert names(people.answerers(session, named)) == ["Ada"]


def test_a_rehearsal_asks_who_started_it(desk: Desk, session: Session, cast: Cast) -> None:
    run = desk.new_run(flow(), mode=RunMode.REHEARSAL, by=cast.ben)
    approval = desk.ask(of=run, who="people", people="ada@harbour.example")
    assert approval.is_rehearsal
    assert names(people.answerers(session, approval)) == ["Ben"]


def test_too_late_is_too_late(desk: Desk, session: Session, cast: Cast) -> None:
    approval = desk.ask(due=clock.now() - timedelta(seconds=1))
    assert not approval.is_open
    with pytest.raises(AnswerRefused, match="time for this answer is over"):
        _answer(desk, approval, cast.olga)
    open_one = desk.ask(due=in_hours(1))
    with database.writing(session):
        assert asking.mark_late(session) == 1
    session.refresh(approval)
    session.refresh(open_one)
    assert (approval.status, open_one.status) == (ApprovalStatus.LATE, ApprovalStatus.OPEN)
    assert not _answer(desk, approval, cast.olga)


def test_a_change_is_asked_for_with_a_word(desk: Desk, cast: Cast) -> None:
    plain = desk.ask()
    with pytest.raises(AnswerRefused, match="takes other answers"):
        _answer(desk, plain, cast.olga, "change", comment="Kinder")
    approval = desk.ask(may_send_back=True)
    with pytest.raises(AnswerRefused, match="Say what should change"):
        _answer(desk, approval, cast.olga, "change", comment=" ")
    assert _answer(desk, approval, cast.olga, "change", comment="Kinder")
    assert desk.of(approval.run).status is ApprovalStatus.SENT_BACK


@on_both
def test_it_is_given_to_somebody(desk: Desk, session: Session, cast: Cast) -> None:
    approval = desk.ask(who="people", people="ben@harbour.example, olga@harbour.example")
    ben, ada = _member(session, cast.ben), _member(session, cast.ada)
    with database.writing(session):
        answering.assign(session, approval, to=ben, by=cast.olga)
    with pytest.raises(AnswerRefused):
        _answer(desk, approval, cast.olga)
    with pytest.raises(AnswerRefused, match="Ada may not"), database.writing(session):
        answering.assign(session, approval, to=ada, by=cast.olga)
    with pytest.raises(AnswerRefused, match="somebody else"), database.writing(session):
        answering.assign(session, approval, to=ben, by=cast.ada)
    assert _answer(desk, approval, cast.ben)
    with pytest.raises(AnswerRefused, match="not open"), database.writing(session):
        answering.assign(session, approval, to=ben, by=cast.ben)


@on_both
def test_a_run_that_ends_takes_its_questions_back(desk: Desk, session: Session, cast: Cast) -> None:
    approval = desk.ask()
    with database.writing(session):
        asking.withdraw(session, approval.run_id)
    session.refresh(approval)
    assert approval.status is ApprovalStatus.WITHDRAWN
    assert approval.ended_at is not None
    assert not _answer(desk, approval, cast.olga)


def test_asking_the_same_again_changes_nothing(desk: Desk, session: Session) -> None:
    first = desk.ask()
    again = desk.ask(of=first.run)
    assert again.id == first.id
    other = desk.ask(of=first.run, text="And now?")
    assert (other.round, other.status) == (2, ApprovalStatus.OPEN)
    session.refresh(first)
    assert first.status is ApprovalStatus.WITHDRAWN


def test_a_form_is_answered(desk: Desk, cast: Cast) -> None:
    questions = [{"label": "How much", "key": "amount", "kind": "number"}]
    approval = desk.ask(kind="form", questions=questions)
    with pytest.raises(AnswerRefused, match="takes other answers"):
        _answer(desk, approval, cast.olga)
    assert _answer(desk, approval, cast.olga, "answer", values={"amount": 3})
    assert desk.reply(approval)["answers"] == {"amount": 3}
