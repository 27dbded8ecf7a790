"""Mail that waits is sent once, tried again, or given up: against a real SMTP server."""

import threading
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import database
from app.lib import clock
from app.mail import rounds
from app.mail.models import Encryption, Mail, MailStatus
from app.mail.post_office import PostOffice
from app.notices.models import Notice
from app.ports import fill
from tests.cast import Cast
from tests.databases import on_both
from tests.loopback import Certificates
from tests.mail.conftest import Put, Set
from tests.mail.postbox import NAME, PASSWORD, Postbox
from tests.runs.house import until


def again(session: Session, mail: Mail) -> Mail:
    """The row as it is now."""
    session.rollback()
    session.refresh(mail)
    return mail


def make_due(session: Session) -> None:
    """As if the pause before the next try were over."""
    with database.writing(session):
        for mail in session.scalars(select(Mail).where(Mail.status == MailStatus.WAITING)):
            mail.next_try = clock.now()


@on_both
def test_a_mail_is_sent_once(
    session: Session, cast: Cast, put: Put, set_server: Set, postbox: Postbox, office: PostOffice
) -> None:
    set_server(postbox)
    mail = put(
        to=["olga@harbour.example", "ben@harbour.example"],
        cc=["cleo@harbour.example"],
        reply_to="ada@harbour.example",
        subject="Preise für Äpfel",
        text="They rose.\n.\n..dots stay\nSee https://harbour.example/" + "x" * 120 + "\n",
    )
    assert office.send_due(cast.harbour.id) == 1
    assert office.send_due(cast.harbour.id) == 0
    assert again(session, mail).status is MailStatus.SENT
    assert mail.tries == 1
    (got,) = postbox.mails
    assert got["From"] == '"Harbour, Lamplight" <lamplight@harbour.example>'
    assert got["To"] == "olga@harbour.example, ben@harbour.example"
    assert got["Cc"] == "cleo@harbour.example"
    assert got["Reply-To"] == "ada@harbour.example"
    assert got["Subject"] == "Preise für Äpfel"
    assert got["Message-ID"] == f"<{mail.id}@harbour.example>"
    assert got["Date"].datetime == mail.created_at.replace(microsecond=0)
    assert "Auto-Submitted" not in got
    assert got.get_content().replace(
        "\r\n", "\n"
    ) == "They rose.\n.\n..dots stay\nSee https://harbour.example/" + ("x" * 120 + "\n")
    assert postbox.receivers == [mail.everybody]
    assert postbox.senders == ["lamplight@harbour.example"]


@on_both
def test_two_processes_send_a_mail_once(
    session: Session,
    cast: Cast,
    put: Put,
    set_server: Set,
    postbox: Postbox,
    office: PostOffice,
    settings: object,
    engine: object,
    keyring: object,
) -> None:
    set_server(postbox)
    for number in range(12):
        put(subject=f"Mail {number}")
    other = PostOffice(settings, database.session_factory(engine), keyring)  # type: ignore[arg-type]
    threads = [
        threading.Thread(target=each.send_due, args=(cast.harbour.id,))
        for each in (office, other, office, other)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert sorted(mail["Subject"] for mail in postbox.mails) == sorted(
        f"Mail {number}" for number in range(12)
    )


@on_both
def test_a_busy_server_is_tried_again_later(
    session: Session, cast: Cast, put: Put, set_server: Set, postbox: Postbox, office: PostOffice
) -> None:
    set_server(postbox)
    postbox.says = lambda command, _: "451 too much mail" if command == "DATA" else None
    mail = put()
    pauses = []
    for number in range(1, 7):
        before = clock.now()
        office.send_due(cast.harbour.id)
        assert again(session, mail).tries == number
        pauses.append(round((mail.next_try - before).total_seconds() / 60))
        assert "451 too much mail" in mail.error
        make_due(session)
    assert pauses[:5] == [1, 5, 30, 120, 360]
    assert again(session, mail).status is MailStatus.FAILED
    assert office.send_due(cast.harbour.id) == 0


def test_a_repeat_has_the_same_message_id(
    session: Session, cast: Cast, put: Put, set_server: Set, postbox: Postbox, office: PostOffice
) -> None:
    set_server(postbox)
    mail = put()
    postbox.says = lambda command, _: "451 later" if command == "DATA" else None
    office.send_due(cast.harbour.id)
    make_due(session)
    postbox.says = lambda _command, _argument: None
    office.send_due(cast.harbour.id)
    assert again(session, mail).status is MailStatus.SENT
    assert postbox.mails[0]["Message-ID"] == f"<{mail.id}@harbour.example>"


def test_a_mail_whose_sender_died_is_sent_after_the_lease(
    session: Session, cast: Cast, put: Put, set_server: Set, postbox: Postbox, office: PostOffice
) -> None:
    set_server(postbox)
    mail = put()
    with database.writing(session):
        assert rounds.claim(session, cast.harbour.id) is not None
    assert office.send_due(cast.harbour.id) == 0, "somebody has it"
    make_due(session)
    assert office.send_due(cast.harbour.id) == 1
    assert again(session, mail).status is MailStatus.SENT


@on_both
def test_a_refused_receiver_fails_at_once(
    session: Session, cast: Cast, put: Put, set_server: Set, postbox: Postbox, office: PostOffice
) -> None:
    fill()
    set_server(postbox)
    postbox.says = lambda command, _: "550 5.1.1 nobody of this name" if command == "RCPT" else None
    mail = put()
    office.send_due(cast.harbour.id)
    assert again(session, mail).status is MailStatus.FAILED
    assert mail.tries == 1
    assert mail.error == ("olga@harbour.example was refused: 550 5.1.1 nobody of this name")
    told = session.scalars(select(Notice)).one()
    assert told.subject == "A mail could not be sent: Prices"
    assert "550 5.1.1 nobody of this name" in told.text


def test_one_refused_receiver_keeps_the_mail_from_nobody_else(
    session: Session, cast: Cast, put: Put, set_server: Set, postbox: Postbox, office: PostOffice
) -> None:
    set_server(postbox)
    answers = {"ben@harbour.example": "550 gone", "cleo@harbour.example": "450 try again later"}
    postbox.says = lambda _command, argument: answers.get(argument)
    mail = put(to=["olga@harbour.example", "ben@harbour.example", "cleo@harbour.example"])
    office.send_due(cast.harbour.id)
    assert again(session, mail).status is MailStatus.WAITING
    assert (mail.taken, mail.refused) == (["olga@harbour.example"], ["ben@harbour.example"])
    del answers["cleo@harbour.example"]
    make_due(session)
    office.send_due(cast.harbour.id)
    assert again(session, mail).status is MailStatus.SENT
    assert postbox.receivers == [["olga@harbour.example"], ["cleo@harbour.example"]]


def test_mail_waits_for_a_server_and_is_given_up_after_three_days(
    session: Session, cast: Cast, put: Put, office: PostOffice
) -> None:
    mail, old = put(), put(subject="Old")
    with database.writing(session):
        old.created_at = clock.now() - timedelta(days=4)
    office.look()
    with database.writing(session):
        assert rounds.give_up_old(session) == 1
    assert again(session, mail).status is MailStatus.WAITING
    assert mail.tries == 0
    assert again(session, old).status is MailStatus.FAILED
    assert "within three days" in old.error


def test_a_look_sends_on_a_thread_of_its_own(
    session: Session, cast: Cast, put: Put, set_server: Set, postbox: Postbox, office: PostOffice
) -> None:
    mail = put()
    office.look()
    set_server(postbox)
    office.look()
    until(lambda: again(session, mail).status is MailStatus.SENT)


@on_both
def test_a_server_that_is_away_costs_one_mail_one_try(
    session: Session, cast: Cast, put: Put, set_server: Set, office: PostOffice
) -> None:
    with Postbox() as box:
        set_server(box)
    mails = [put(subject=f"Mail {number}") for number in range(3)]
    assert office.send_due(cast.harbour.id) == 1
    assert sorted(again(session, mail).tries for mail in mails) == [0, 0, 1]


def test_sign_in_over_starttls(
    session: Session,
    cast: Cast,
    put: Put,
    set_server: Set,
    office: PostOffice,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    authority = Certificates.make(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.ca_file))
    with Postbox(starttls=authority.server("localhost"), needs_sign_in=True) as box:
        set_server(box, host="localhost", encryption=Encryption.STARTTLS)
        put()
        office.send_due(cast.harbour.id)
        assert box.signed_in == [NAME]
        assert len(box.mails) == 1


def test_tls_from_the_start(
    session: Session,
    cast: Cast,
    put: Put,
    set_server: Set,
    office: PostOffice,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    authority = Certificates.make(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.ca_file))
    with Postbox(tls=authority.server("localhost"), needs_sign_in=True) as box:
        set_server(box, host="localhost", encryption=Encryption.TLS)
        put()
        office.send_due(cast.harbour.id)
        assert len(box.mails) == 1


def test_a_false_certificate_gets_nothing(
    session: Session, cast: Cast, put: Put, set_server: Set, office: PostOffice, tmp_path: Path
) -> None:
    authority = Certificates.make(tmp_path)
    with Postbox(starttls=authority.server("localhost"), needs_sign_in=True) as box:
        set_server(box, host="localhost", encryption=Encryption.STARTTLS)
        mail = put()
        office.send_due(cast.harbour.id)
        assert "cannot be trusted" in again(session, mail).error
        assert box.signed_in == []


def test_a_wrong_password_is_told_without_it(
    session: Session, cast: Cast, put: Put, set_server: Set, office: PostOffice
) -> None:
    with Postbox(needs_sign_in=True) as box:
        set_server(box, password=PASSWORD + "-old")
        mail = put()
        office.send_due(cast.harbour.id)
    assert again(session, mail).status is MailStatus.WAITING
    assert "did not accept the user name or the password" in mail.error
    assert PASSWORD not in mail.error
    assert "[hidden]" in mail.error


def test_the_text_of_a_mail_with_a_link_is_forgotten_once_sent(
    session: Session, cast: Cast, put: Put, set_server: Set, postbox: Postbox, office: PostOffice
) -> None:
    set_server(postbox)
    mails = [put(purpose="approval"), put(purpose="invitation"), put(purpose="notice")]
    office.send_due(cast.harbour.id)
    assert [again(session, mail).body is None for mail in mails] == [True, True, False]
    assert [mail["Auto-Submitted"] for mail in postbox.mails] == ["auto-generated"] * 3


def test_old_mail_is_forgotten(session: Session, cast: Cast, put: Put) -> None:
    sent, waiting = put(), put()
    with database.writing(session):
        for mail in (sent, waiting):
            mail.created_at = clock.now() - timedelta(days=31)
        sent.status = MailStatus.SENT
    with database.writing(session):
        assert rounds.forget_old(session) == 1
    session.rollback()
    assert session.scalars(select(Mail.id)).all() == [waiting.id]
