"""Each kind of thing appears when it needs somebody, and goes when it does not any more."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import database
from app.accounts.models import User
from app.agents.models import Agent
from app.attention import directory
from app.attention.entry import Entry
from app.attention.kinds import KINDS
from app.engine.states import Reason, RunMode, RunStatus
from app.lib import clock
from app.mail.models import Mail, MailStatus, Purpose
from app.runs.models import Run
from app.vault import connections, standing
from app.vault.connections import Wishes
from app.vault.keys import Keyring
from app.vault.models import Connection
from app.vault.sign_in import SignIn
from app.workspaces.models import Member, Workspace
from tests.cast import Cast
from tests.databases import on_both
from tests.runs.conftest import StartRun
from tests.runs.flows import answer, in_a_row, step
from tests.triggers.conftest import SwitchOn, triggers_of
from tests.triggers.flows import scheduled

Seen = Callable[..., list[Entry]]


@pytest.fixture
def seen(session: Session, cast: Cast) -> Seen:
    """What a person sees, Ada unless told otherwise; the count agrees with the entries."""

    def look(person: User | None = None, workspace: Workspace | None = None) -> list[Entry]:
        session.rollback()
        session.expire_all()
        place = workspace or cast.harbour
        who = (person or cast.ada).id
        member = session.scalars(
            select(Member).where(Member.workspace_id == place.id, Member.user_id == who)
        ).one()
        found = directory.attention(session, place, member)
        entries = [entry for section in found.sections for entry in section.entries]
        assert found.count == len(entries)
        assert {one.title for one in found.first(50)} == {one.title for one in entries}
        return entries

    return look


@pytest.fixture
def end_run(session: Session, agent: Agent, start_run: StartRun) -> Callable[..., Run]:
    """A run of the agent that has ended, or waits."""

    def end(status: RunStatus, **columns: object) -> Run:
        run = start_run(agent, {"name": "Ada"})
        with database.writing(session):
            run.status = status
            run.finished_at = clock.now() if status.is_final else None
            for name, value in columns.items():
                setattr(run, name, value)
        return run

    return end


@on_both
def test_a_failed_run_goes_when_a_good_one_followed(
    seen: Seen, end_run: Callable[..., Run], cast: Cast
) -> None:
    assert seen() == []
    run = end_run(RunStatus.FAILED, error_message="Nobody to pay.")
    (entry,) = seen()
    assert (entry.title, entry.why, entry.action) == ("Greeter failed", "Nobody to pay.", "See why")
    assert entry.path == f"/w/harbour-pine/runs/{run.id}"
    assert seen(cast.dan, cast.elsewhere) == []
    end_run(RunStatus.SUCCESS, mode=RunMode.REHEARSAL)
    assert len(seen()) == 1  # a rehearsal proves nothing
    end_run(RunStatus.SUCCESS, only_node_id="greet000")
    assert len(seen()) == 1  # and a try of one step neither
    end_run(RunStatus.SUCCESS)
    assert seen() == []


def test_rehearsals_and_tries_do_not_fail_for_anybody(
    seen: Seen, end_run: Callable[..., Run]
) -> None:
    end_run(RunStatus.FAILED, mode=RunMode.REHEARSAL)
    end_run(RunStatus.FAILED, only_node_id="greet000")
    assert seen() == []


def test_a_run_that_needs_you_goes_when_it_is_answered(
    session: Session, seen: Seen, end_run: Callable[..., Run], cast: Cast
) -> None:
    run = end_run(RunStatus.WAITING, reason=Reason.NEEDS_YOU, error_message="Was it sent?")
    (entry,) = seen(cast.cleo)
    assert (entry.tone, entry.action) == ("you", "Answer it")
    with database.writing(session):
        run.status, run.reason = RunStatus.PENDING, None
    assert seen() == []


@on_both
def test_a_late_schedule_goes_when_it_has_run(
    session: Session, seen: Seen, switched_on: SwitchOn
) -> None:
    (trigger,) = triggers_of(session, switched_on(scheduled()))
    with database.writing(session):
        trigger.next_due = clock.now() - timedelta(minutes=6)
    (entry,) = seen()
    assert entry.title == "Greeter did not run when it was due"
    with database.writing(session):
        trigger.next_due = clock.now() + timedelta(minutes=6)
    assert seen() == []


def test_a_trigger_that_fails_goes_when_it_works(
    session: Session, seen: Seen, switched_on: SwitchOn
) -> None:

    (trigger,) = triggers_of(
        session, switched_on(in_a_row(step("start", "start_agent"), answer("x")))
    )
    with database.writing(session):
        trigger.failing_since = clock.now() - timedelta(minutes=6)
        trigger.last_error = "It does not answer."
    (entry,) = seen()
    assert "It does not answer." in entry.why
    with database.writing(session):
        trigger.failing_since = trigger.last_error = None
    assert seen() == []


@on_both
def test_a_refused_connection_goes_when_it_is_taken_again(
    session: Session, seen: Seen, cast: Cast, keyring: Keyring
) -> None:
    post = _connection(session, cast, keyring)
    known = {"connection_id": post.id}
    with database.writing(session):
        assert standing.refused(session, cast.harbour.id, **known, error="No.")
        assert not standing.refused(session, cast.harbour.id, **known, error="Still no.")
    (entry,) = seen(cast.ben)
    assert (entry.title, entry.why) == ("Post is refused", "No.")
    assert seen(cast.olga) == []  # connections are not hers to see
    with database.writing(session):
        standing.accepted(session, cast.harbour.id, **known)
    assert seen() == []


def test_another_workspace_cannot_be_noted(
    session: Session, seen: Seen, cast: Cast, keyring: Keyring
) -> None:
    post = _connection(session, cast, keyring)
    with database.writing(session):
        assert not standing.refused(session, cast.elsewhere.id, connection_id=post.id, error="No.")
    assert seen() == []


@on_both
def test_mail_that_failed_and_mail_that_waits(session: Session, seen: Seen, cast: Cast) -> None:
    ago = clock.now() - timedelta(minutes=6)
    mails = [_mail(cast, MailStatus.FAILED, ago), _mail(cast, MailStatus.FAILED, ago)]
    with database.writing(session):
        session.add_all([*mails, _mail(cast, MailStatus.WAITING, clock.now())])
    (entry,) = seen()
    assert (entry.title, entry.why) == ("2 mails could not be sent", "Mailbox full.")
    assert seen(cast.ben) == []  # the outbox is not his to see
    with database.writing(session):
        for mail in mails:
            mail.status, mail.error = MailStatus.WAITING, ""
    (entry,) = seen()
    assert entry.title == "2 mails still waiting to be sent"
    with database.writing(session):
        for mail in mails:
            mail.status = MailStatus.SENT
    assert seen() == []


def _connection(session: Session, cast: Cast, keyring: Keyring) -> Connection:
    with database.writing(session):
        return connections.create(
            session,
            keyring,
            workspace=cast.harbour,
            by=cast.ada.id,
            sign_in=SignIn.BEARER,
            wishes=Wishes(name="Post", hosts=("api.example.com",), secret="canary"),
        )


def _mail(cast: Cast, status: MailStatus, at: object) -> Mail:
    return Mail(
        workspace_id=cast.harbour.id,
        created_at=at,
        purpose=Purpose.TEST,
        recipients=["tobias@example.com"],
        subject="Your order",
        status=status,
        next_try=clock.now(),
        error="Mailbox full." if status is MailStatus.FAILED else "",
    )


def test_each_kind_leads_to_a_page(app: Flask) -> None:
    known = {rule.endpoint for rule in app.url_map.iter_rules()}
    assert {kind.more for kind in KINDS} <= known
