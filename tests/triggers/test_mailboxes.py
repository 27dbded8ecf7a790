"""Watching a mailbox on a real server: one run per message, nothing lost, nothing twice."""

import contextlib
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from app import database
from app.agents import lifecycle
from app.agents.models import Agent
from app.engine.states import TriggerType
from app.files.models import File
from app.files.store import FileStore
from app.lib import clock
from app.lib.safe_socket import Dialer
from app.notices.models import Notice, NoticeKind
from app.runs.models import Lane
from app.triggers import health
from app.triggers.mailbox_look import Tools
from app.triggers.mailboxes import MailboxWatch
from app.triggers.models import Trigger
from app.vault import connections
from app.vault.keys import Keyring
from app.vault.models import Connection
from app.vault.sign_in import SignIn
from tests.cast import Cast
from tests.databases import on_both
from tests.dovecot import Dovecot
from tests.runs.house import until
from tests.runs.pages import all_runs
from tests.triggers.conftest import SwitchOn, triggers_of
from tests.triggers.mail import HOST, message, watching, wishes

pytestmark = pytest.mark.imap


@pytest.fixture(scope="module")
def server() -> Iterator[Dovecot]:
    """One server for all of these; each test has its own agent, which sees only what is new."""
    with Dovecot() as server:
        yield server


@pytest.fixture
def desk(session: Session, cast: Cast, keyring: Keyring, server: Dovecot) -> Connection:
    """The connection to the mailbox."""
    with database.writing(session):
        return connections.create(
            session,
            keyring,
            workspace=cast.harbour,
            by=cast.ada.id,
            sign_in=SignIn.MAILBOX,
            wishes=wishes(server.port),
        )


@pytest.fixture
def rung() -> list[Lane]:
    """The lanes that were rung for."""
    return []


@pytest.fixture
def watch(
    engine: Engine, keyring: Keyring, server: Dovecot, tmp_path: Path, rung: list[Lane]
) -> MailboxWatch:
    """The watch of a worker process."""
    tools = Tools(
        sessions=database.session_factory(engine),
        keyring=keyring,
        dialer=Dialer([f"{HOST}:{server.port}"]),
        files=FileStore(tmp_path / "files"),
        turn=contextlib.nullcontext(),
        ring=rung.append,
    )
    return MailboxWatch(tools)


@pytest.fixture
def agent(switched_on: SwitchOn, desk: Connection) -> Agent:
    """Watches the mailbox, published and on."""
    return switched_on(watching(str(desk.id)))


@pytest.fixture
def look(session: Session, agent: Agent, watch: MailboxWatch) -> Callable[..., Trigger]:
    """Looks into the agent's mailbox, for the first time at once."""

    def now(**options: object) -> Trigger:
        (trigger,) = triggers_of(session, agent)
        watch.look_into(trigger.id, **options)  # type: ignore[arg-type]
        session.rollback()
        session.refresh(trigger)
        return trigger

    now()
    return now


Look = Callable[..., Trigger]


@on_both
def test_it_works(session: Session, server: Dovecot, look: Look, rung: list[Lane]) -> None:
    assert all_runs(session) == []
    were_read = server.flags().count("S")
    server.deliver(message("One"))
    trigger = look()
    look()
    (run,) = all_runs(session)
    assert (run.trigger_type, run.trigger_words) == (TriggerType.EMAIL, "E-mail from Tobias")
    payload = run.trigger_payload
    assert (payload["from_name"], payload["from_address"]) == ("Tobias", "tobias@shop.example")
    assert (payload["subject"], payload["text"]) == ("One", "Where is my parcel?")
    assert payload["message_id"] == "<One@shop.example>"
    assert (payload["attachments"], payload["is_too_large"]) == ([], False)
    assert rung == [Lane.DEFAULT]
    assert trigger.next_due is not None
    assert timedelta(0) < trigger.next_due - clock.now() <= timedelta(seconds=60)
    assert server.flags().count("S") == were_read


def test_what_was_there_before_is_left_alone(session: Session, server: Dovecot, look: Look) -> None:
    server.deliver(message("Two"))
    server.deliver(message("Three"))
    look()
    assert [run.trigger_payload["subject"] for run in all_runs(session)] == ["Two", "Three"]


def test_files_come_with_the_run(
    session: Session, server: Dovecot, look: Look, tmp_path: Path
) -> None:
    server.deliver(message("Bill", file=b"%PDF-1.7 bill"))
    look()
    (run,) = all_runs(session)
    (value,) = run.trigger_payload["attachments"]
    (file,) = session.scalars(select(File)).all()
    assert (value["file"], value["name"]) == (str(file.id), "bill.pdf")
    assert file.run_id == run.id
    assert FileStore(tmp_path / "files").path(file.id).read_bytes() == b"%PDF-1.7 bill"


def test_a_server_that_numbers_its_messages_anew(
    session: Session, server: Dovecot, look: Look
) -> None:
    server.deliver(message("Before"))
    look()
    server.deliver(message("Meanwhile"))
    server.number_anew()
    look()
    subjects = [run.trigger_payload["subject"] for run in all_runs(session)]
    assert subjects.count("Before") == 1
    assert subjects.count("Meanwhile") == 1
    server.deliver(message("After"))
    look()
    subjects = [run.trigger_payload["subject"] for run in all_runs(session)]
    assert subjects.count("After") == 1
    assert subjects.count("Before") == 1


def test_marking_as_read_only_when_told(
    session: Session,
    server: Dovecot,
    switched_on: SwitchOn,
    desk: Connection,
    watch: MailboxWatch,
) -> None:
    before = server.flags().count("S")
    (trigger,) = triggers_of(session, switched_on(watching(str(desk.id), after="read")))
    watch.look_into(trigger.id)
    server.deliver(message("Read me"))
    watch.look_into(trigger.id)
    assert len(all_runs(session)) == 1
    assert server.flags().count("S") == before + 1


def test_a_message_that_is_too_large_comes_without_its_text(
    session: Session, server: Dovecot, look: Look, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.triggers.mailbox_look.MAX_MESSAGE_BYTES", 200)
    server.deliver(message("Large", file=b"x" * 1_000))
    look()
    (run,) = all_runs(session)
    assert run.trigger_payload["is_too_large"]
    assert (run.trigger_payload["subject"], run.trigger_payload["text"]) == ("Large", "")


def test_many_messages_come_a_few_at_a_time(
    session: Session, server: Dovecot, look: Look, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.triggers.mailbox_look.MOST_AT_ONCE", 2)
    for number in range(3):
        server.deliver(message(f"Many {number}"))
    now = clock.now()
    assert look(now=now).next_due == now
    assert len(all_runs(session)) == 2
    look()
    assert len(all_runs(session)) == 3


def test_a_mailbox_in_trouble_is_told_once_and_mends_itself(
    session: Session, server: Dovecot, look: Look, cast: Cast
) -> None:
    server.stop()
    try:
        now = clock.now()
        trigger = look(now=now)
        assert trigger.failing_since == now
        assert HOST in (trigger.last_error or "")
        assert trigger.next_due == now + timedelta(seconds=60)
        assert notices(session) == []
        trigger = look(now=now + timedelta(minutes=20))
        assert trigger.next_due == now + timedelta(minutes=30)
        look(now=now + timedelta(hours=2))
        (notice,) = notices(session)
        assert notice.subject == "“Greeter” gets no e-mail"
        assert notice.path == "/w/harbour-pine/agents/greeter"
        (dead,) = health.dead(session, cast.harbour, now + timedelta(hours=2))
        assert (dead.agent, dead.since) == ("Greeter", now)
        assert dead.sentence == trigger.last_error
        assert health.dead(session, cast.elsewhere, now + timedelta(hours=2)) == []
    finally:
        server.start()
    server.deliver(message("Back"))
    trigger = look()
    assert (trigger.failing_since, trigger.last_error) == (None, None)
    assert len(all_runs(session)) == 1
    assert health.dead(session, cast.harbour) == []


def notices(session: Session) -> list[Notice]:
    """What people were told about triggers."""
    session.rollback()
    return list(session.scalars(select(Notice).where(Notice.kind == NoticeKind.TRIGGER)))


def test_a_mailbox_that_was_deleted_says_so(
    session: Session, look: Look, desk: Connection, cast: Cast
) -> None:
    with database.writing(session):
        connections.delete(session, connection=desk, by=cast.ada.id)
    assert "was deleted" in (look().last_error or "")


def test_an_agent_that_is_off_is_not_looked_at(
    session: Session, agent: Agent, server: Dovecot, watch: MailboxWatch, cast: Cast
) -> None:
    with database.writing(session):
        lifecycle.switch_off(session, agent, by=cast.ben)
    (trigger,) = triggers_of(session, agent)
    assert trigger.next_due is None
    watch.look_into(trigger.id)
    server.deliver(message("Off"))
    watch.look_into(trigger.id)
    assert all_runs(session) == []
    assert triggers_of(session, agent)[0].next_due is None


def test_the_watch_looks_when_it_is_time(
    session: Session, agent: Agent, server: Dovecot, watch: MailboxWatch
) -> None:
    def is_looked_at() -> bool:
        (trigger,) = triggers_of(session, agent)
        return trigger.next_due is not None and trigger.next_due > clock.now()

    watch.look_around()
    until(is_looked_at)
    server.deliver(message("On time"))
    watch.look_around()
    assert all_runs(session) == []
    (trigger,) = triggers_of(session, agent)
    with database.writing(session):
        trigger.next_due = clock.now()
    watch.look_around()
    until(lambda: len(all_runs(session)) == 1)
