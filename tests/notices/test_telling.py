"""Who is told what, once, and how it reaches them by mail without a flood."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import database
from app.agents import lifecycle
from app.agents.models import Agent, AgentStatus
from app.engine.states import RunMode, TriggerType
from app.lib import clock
from app.mail import outbox
from app.mail.models import Mail
from app.notices import choices
from app.notices.models import Notice, NoticeCopy, NoticeKind
from app.notices.runs import run_failed, run_needs_you, run_went_on
from app.vault.keys import Keyring
from app.workspaces.models import Member
from app.workspaces.roles import Role
from tests.cast import Cast
from tests.databases import on_both
from tests.notices.conftest import Fail, Tell, mails


def told(session: Session, cast: Cast) -> dict[str, bool]:
    """Who has a copy, and whether it is new to them."""
    session.expire_all()
    names = {
        person.id: person.name for person in (cast.ada, cast.ben, cast.olga, cast.cleo, cast.dan)
    }
    copies = session.scalars(select(NoticeCopy)).unique().all()
    return {names[copy.user_id]: copy.seen_at is None for copy in copies}


@on_both
def test_the_owner_of_the_agent_and_the_admins_are_told(
    session: Session, cast: Cast, failed: Fail, mail_now: Callable[[], int]
) -> None:
    run = failed()
    with database.writing(session):
        run_failed(session, run=run, sentence="The service did not answer.")
    assert told(session, cast) == {"Ada": True, "Ben": True}
    notice = session.scalars(select(Notice)).one()
    assert notice.subject == "“Price watch” failed"
    assert notice.text == "The service did not answer."
    assert notice.path == f"/w/harbour-pine/runs/{run.id}"
    assert mail_now() == 2
    assert mail_now() == 0
    assert sorted(mails(session)) == [
        ("ada", "“Price watch” failed"),
        ("ben", "“Price watch” failed"),
    ]


@on_both
def test_a_thousand_failures_make_few_mails(
    session: Session,
    cast: Cast,
    failed: Fail,
    mail_now: Callable[[], int],
    an_hour_later: Callable[[], None],
    keyring: Keyring,
) -> None:
    run = failed()
    for _ in range(10):
        with database.writing(session):
            for _ in range(100):
                run_failed(session, run=run, sentence="The service did not answer.")
        mail_now()
    assert session.scalars(select(Notice.count)).one() == 1_000
    assert len(mails(session)) == 2, "one for Ada, one for Ben"
    an_hour_later()
    mail_now()
    assert len(mails(session)) == 4
    text = outbox.text_of(keyring, session.scalars(select(Mail).order_by(Mail.id.desc())).first())  # type: ignore[arg-type]
    assert "This has happened 1000 times since" in text
    an_hour_later()
    assert mail_now() == 0, "nothing new"


@on_both
def test_many_things_at_once_are_one_mail(
    session: Session, cast: Cast, tell_one: Tell, mail_now: Callable[[], int], keyring: Keyring
) -> None:
    for number in range(50):
        tell_one(key=f"thing {number}", subject=f"Thing {number}", to=[cast.ada.id])
    assert mail_now() == 1
    assert mails(session) == [("ada", "50 notices from Harbour & Pine")]
    text = outbox.text_of(keyring, session.scalars(select(Mail)).one())
    assert "The latest 20 of 50" in text
    assert "Thing 49" in text
    assert "https://lamp.example/w/harbour-pine/notices" in text


def test_nobody_gets_more_than_ten_mails_an_hour(
    session: Session,
    cast: Cast,
    tell_one: Tell,
    mail_now: Callable[[], int],
    an_hour_later: Callable[[], None],
) -> None:
    for number in range(30):
        tell_one(key=f"thing {number}", subject=f"Thing {number}", to=[cast.ada.id])
        mail_now()
    assert len(mails(session)) == 10
    an_hour_later()
    mail_now()
    assert mails(session)[10:] == [("ada", "20 notices from Harbour & Pine")]


def test_the_same_thing_is_new_again_the_next_day(
    session: Session, cast: Cast, tell_one: Tell
) -> None:
    tell_one()
    with database.writing(session):
        notice = session.scalars(select(Notice)).one()
        notice.created_at = clock.now() - timedelta(hours=25)
    tell_one()
    tell_one()
    session.rollback()
    assert session.scalars(select(Notice.count).order_by(Notice.id)).all() == [1, 2]


def test_what_was_seen_is_not_mailed_and_comes_back_when_it_happens_again(
    session: Session, cast: Cast, tell_one: Tell, mail_now: Callable[[], int]
) -> None:
    tell_one()
    with database.writing(session):
        for copy in session.scalars(select(NoticeCopy)):
            copy.seen_at = clock.now()
    assert mail_now() == 0
    tell_one()
    assert told(session, cast) == {"Ada": True}
    assert mail_now() == 1


def test_who_wants_no_mail_gets_none(
    session: Session, cast: Cast, tell_one: Tell, failed: Fail, mail_now: Callable[[], int]
) -> None:
    with database.writing(session):
        choices.choose(session, cast.ada.id, kinds=[NoticeKind.RUN_FAILED])
    tell_one()
    assert mail_now() == 0
    run = failed()
    with database.writing(session):
        run_failed(session, run=run, sentence="No.")
    assert mail_now() == 2
    assert told(session, cast) == {"Ada": True, "Ben": True}


def test_only_members_are_told(
    session: Session, cast: Cast, tell_one: Tell, mail_now: Callable[[], int]
) -> None:
    tell_one(to=[cast.dan.id, cast.cleo.id])
    assert told(session, cast) == {"Cleo": True}
    with database.writing(session):
        session.delete(session.scalars(select(Member).where(Member.user_id == cast.cleo.id)).one())
    assert mail_now() == 0, "she left before the mail"


def test_admins_are_told_as_the_owner_is(session: Session, cast: Cast, tell_one: Tell) -> None:
    with database.writing(session):
        member = session.scalars(select(Member).where(Member.user_id == cast.olga.id)).one()
        member.role = Role.ADMIN
    tell_one()
    assert told(session, cast) == {"Ada": True, "Olga": True}


def test_a_rehearsal_tells_nobody(session: Session, cast: Cast, failed: Fail) -> None:
    run = failed(mode=RunMode.REHEARSAL)
    with database.writing(session):
        run_failed(session, run=run, sentence="No.")
    assert told(session, cast) == {}


def test_a_run_that_is_watched_makes_no_mail(
    session: Session, cast: Cast, failed: Fail, mail_now: Callable[[], int]
) -> None:
    run = failed(trigger=TriggerType.MANUAL)
    with database.writing(session):
        run_failed(session, run=run, sentence="No.")
    assert told(session, cast) == {"Ada": True, "Ben": True}
    assert mail_now() == 0


def test_a_run_that_took_long_is_watched_by_nobody(
    session: Session, failed: Fail, mail_now: Callable[[], int]
) -> None:
    run = failed(trigger=TriggerType.MANUAL, seconds=3_600)
    with database.writing(session):
        run_failed(session, run=run, sentence="No.")
    assert mail_now() == 2


def test_each_run_that_needs_somebody_is_told(
    session: Session, failed: Fail, mail_now: Callable[[], int]
) -> None:
    runs = [failed(), failed()]
    with database.writing(session):
        for run in runs:
            run_needs_you(session, run=run, sentence="Was the mail sent?")
    assert len(session.scalars(select(Notice)).all()) == 2
    mail_now()
    assert mails(session)[0] == ("ada", "2 notices from Harbour & Pine")


def test_nobody_is_called_for_a_run_that_went_on(
    session: Session, cast: Cast, failed: Fail, mail_now: Callable[[], int]
) -> None:
    run = failed()
    with database.writing(session):
        run_needs_you(session, run=run, sentence="Was the mail sent?")
    with database.writing(session):
        run_went_on(session, run=run)
    assert told(session, cast) == {"Ada": False, "Ben": False}
    assert mail_now() == 0


@pytest.mark.parametrize(
    ("act", "words"),
    [(lifecycle.switch_off, "was switched off"), (lifecycle.archive, "was put away")],
)
def test_an_agent_is_never_off_without_a_notice(
    session: Session,
    cast: Cast,
    agent: Agent,
    mail_now: Callable[[], int],
    act: Callable[..., None],
    words: str,
) -> None:
    with database.writing(session):
        agent.status = AgentStatus.ACTIVE
    with database.writing(session):
        act(session, agent, by=cast.ada)
    notice = session.scalars(select(Notice)).one()
    assert notice.subject == f"“Price watch” {words}"
    assert notice.text.startswith("Ada ")
    assert told(session, cast) == {"Ada": False, "Ben": True}, "Ada knows: she did it"
    mail_now()
    assert [who for who, _ in mails(session)] == ["ben"]


def test_switching_on_is_no_news(session: Session, cast: Cast, agent: Agent) -> None:
    with database.writing(session):
        lifecycle.archive(session, agent, by=cast.ada)
        lifecycle.unarchive(session, agent, by=cast.ada)
    assert len(session.scalars(select(Notice)).all()) == 1
