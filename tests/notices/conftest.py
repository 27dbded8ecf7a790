"""Fixtures of notices: telling, mailing, and an agent of Ben's."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from app import database
from app.agents import creation, drafts
from app.agents.models import Agent
from app.engine.states import RunMode, RunStatus, TriggerType
from app.lib import clock
from app.mail.models import Mail
from app.notices import mailing
from app.notices.mailing import Post
from app.notices.models import NoticeCopy, NoticeKind
from app.notices.telling import tell
from app.ports import fill
from app.runs import starting
from app.runs.models import Run
from app.runs.starting import Start
from app.settings import Settings
from app.vault.keys import Keyring
from tests.accounts.browser import Browser
from tests.cast import Cast, sign_in
from tests.runs.flows import answer, form, in_a_row

Tell = Callable[..., None]
Fail = Callable[..., Run]


@pytest.fixture(autouse=True)
def ports() -> None:
    """What a worker and the app do when they start."""
    fill()


@pytest.fixture
def keyring(settings: Settings, engine: Engine) -> Keyring:
    """The keyring of this installation."""
    return Keyring.of(settings, database.session_factory(engine))


@pytest.fixture
def tell_one(session: Session, cast: Cast) -> Tell:
    """Tells something to the harbour's admins."""

    def tell_it(**words: object) -> None:
        given = {
            "workspace_id": cast.harbour.id,
            "kind": NoticeKind.TRIGGER,
            "subject": "The mailbox does not answer",
            "text": "It refused the password.",
            "path": "/w/harbour-pine/agents",
            "key": "mailbox",
        }
        with database.writing(session):
            tell(session, **(given | words))  # type: ignore[arg-type]

    return tell_it


@pytest.fixture
def agent(session: Session, cast: Cast) -> Agent:
    """An agent of Ben's."""
    with database.writing(session):
        flow = in_a_row(form("name"), answer("{{ trigger.name }}"))
        return creation.create(session, cast.harbour, by=cast.ben, name="Price watch", graph=flow)


@pytest.fixture
def failed(session: Session, cast: Cast, keyring: Keyring, agent: Agent) -> Fail:
    """Makes a run of that agent that failed just now."""

    def fail_one(
        trigger: TriggerType = TriggerType.SCHEDULE,
        mode: RunMode = RunMode.LIVE,
        seconds: float = 2.0,
    ) -> Run:
        begin = Start(payload={"name": "x"}, trigger_type=trigger, by=cast.olga, mode=mode)
        with database.writing(session):
            version = drafts.draft_of(session, agent)
            run = starting.start(session, keyring, agent=agent, version=version, begin=begin)
            assert isinstance(run, Run)
            run.status, run.finished_at = RunStatus.FAILED, clock.now()
            run.started_at = run.finished_at - timedelta(seconds=seconds)
            return run

    return fail_one


@pytest.fixture
def mail_now(engine: Engine, keyring: Keyring) -> Callable[[], int]:
    """Mails what is due."""
    sessions = database.session_factory(engine)
    post = Post(keyring=keyring, public_url="https://lamp.example")
    return lambda: mailing.mail_due(sessions, post)


@pytest.fixture
def an_hour_later(session: Session) -> Callable[[], None]:
    """As if an hour had passed since everything so far."""

    def pass_it() -> None:
        with database.writing(session):
            for copy in session.scalars(select(NoticeCopy)):
                for name in ("mail_due", "mailed_at"):
                    at = getattr(copy, name)
                    setattr(copy, name, at and at - timedelta(minutes=61))

    return pass_it


@pytest.fixture
def browser_of(app: Flask, session: Session) -> Callable[..., Browser]:
    """A browser in which this person is signed in."""
    return lambda person: Browser(sign_in(app.test_client(), session, person))


def mails(session: Session) -> list[tuple[str, str]]:
    """Receiver and subject of every mail in the outbox, in their order."""
    session.rollback()
    found = session.scalars(select(Mail).order_by(Mail.id)).all()
    return [(mail.recipients[0].split("@")[0], mail.subject) for mail in found]
