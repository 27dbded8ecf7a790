"""The step that sends a mail, through the real outbox to a real server."""

import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from app import database
from app.agents import creation, drafts
from app.engine.errors import StepFailed
from app.engine.ports import SHUT, Ports
from app.engine.states import RunMode, TriggerType
from app.files.door import FileDoor
from app.files.store import FileStore
from app.lib import clock
from app.mail.door import MailDoor
from app.mail.models import Mail, MailStatus
from app.mail.post_office import PostOffice
from app.nodes.send_email import SendEmail
from app.runs import starting
from app.runs.models import Run
from app.runs.starting import Start
from app.vault.keys import Keyring
from tests.cast import Cast
from tests.mail.conftest import Set
from tests.mail.postbox import Postbox
from tests.runs.flows import answer, form, in_a_row

Doors = Callable[..., tuple[Ports, FileDoor]]


def given(**settings: Any) -> dict[str, Any]:
    """The step's settings, filled in."""
    kind = SendEmail()
    words = {"to": "olga@harbour.example", "subject": "Prices", "text": "They rose."}
    return {
        name: field.settle((kind.initial_fields() | words | settings)[name])
        for name, field in kind.fields.items()
    }


@pytest.fixture
def run(session: Session, cast: Cast, keyring: Keyring) -> Run:
    """A run of an agent of Ada's."""
    begin = Start(payload={"name": "Ada"}, trigger_type=TriggerType.MANUAL, by=cast.ada)
    flow = in_a_row(form("name"), answer("{{ trigger.name }}"))
    with database.writing(session):
        agent = creation.create(session, cast.harbour, by=cast.ada, name="Post", graph=flow)
        session.flush()
        version = drafts.draft_of(session, agent)
        made = starting.start(session, keyring, agent=agent, version=version, begin=begin)
        assert isinstance(made, Run)
        return made


@pytest.fixture
def doors(run: Run, engine: Engine, keyring: Keyring, tmp_path: Path) -> Doors:
    """The doors of that run: mail and files."""

    def open_doors(mode: RunMode = RunMode.LIVE) -> tuple[Ports, FileDoor]:
        sessions = database.session_factory(engine)
        ids = {"workspace_id": run.workspace_id, "run_id": run.id}
        files = FileDoor(FileStore(tmp_path / "files"), sessions, **ids)
        mail = MailDoor(sessions, keyring, **ids, mode=mode, files=files)
        key = f"{run.id}:send0000:"
        ports = Ports(http=SHUT, clock=clock.now, mail=mail, files=files, idempotency_key=key)
        return ports, files

    return open_doors


def test_it_sends_once_however_often_it_is_tried(
    session: Session,
    cast: Cast,
    doors: Doors,
    set_server: Set,
    postbox: Postbox,
    office: PostOffice,
) -> None:
    set_server(postbox)
    ports, _files = doors()
    settings = given(
        to="olga@harbour.example; Ben <ben@harbour.example>", cc=["cleo@harbour.example"]
    )
    outputs = [SendEmail().run(settings, ports).value for _ in range(3)]
    assert outputs[0] == outputs[1] == outputs[2]
    told = SendEmail().tell(settings, outputs[0])  # type: ignore[arg-type]
    assert told == "Gave the outbox a mail to olga@harbour.example and 2 others: Prices"
    office.send_due(cast.harbour.id)
    (got,) = postbox.mails
    assert got["To"] == "olga@harbour.example, ben@harbour.example"
    assert got["Cc"] == "cleo@harbour.example"
    mail = session.scalars(select(Mail)).one()
    assert str(mail.id) == outputs[0]["id"]  # type: ignore[index,call-overload]
    assert mail.run_id is not None


def test_no_mail_leaves_a_rehearsal_also_when_the_step_forgets_to_ask(
    session: Session, doors: Doors, set_server: Set, postbox: Postbox
) -> None:
    set_server(postbox)
    ports, _files = doors(RunMode.REHEARSAL)
    with pytest.raises(StepFailed, match="This is a rehearsal: no mail is sent"):
        SendEmail().run(given(), ports)
    assert session.scalars(select(Mail)).all() == []


def test_files_arrive_as_they_are(
    cast: Cast, doors: Doors, set_server: Set, postbox: Postbox, office: PostOffice
) -> None:
    set_server(postbox)
    ports, files = doors()
    contents = [bytes(range(256)) * 500, b"a;b\r\n1;2\r\n", b"%PDF-1.4\n.\n\r\n.\r\n"]
    values = [
        files.keep("Zahlen für Äpfel.bin", "application/octet-stream", contents[0]),
        files.keep("prices.csv", "text/csv", contents[1]),
        files.keep("report.pdf", "application/pdf", contents[2]),
    ]
    rows = [{"name": "März\r\nX: y.pdf", "value": values[2]}]
    SendEmail().run(given(files=[values[0], [values[1], None]], more_files=rows), ports)
    office.send_due(cast.harbour.id)
    (got,) = postbox.mails
    parts = list(got.iter_attachments())
    assert [part.get_filename() for part in parts] == [
        "Zahlen für Äpfel.bin",
        "prices.csv",
        "März X: y.pdf",
    ]
    assert [part.get_payload(decode=True) for part in parts] == contents
    assert [part.get_content_type() for part in parts] == [
        "application/octet-stream",
        "text/csv",
        "application/pdf",
    ]


def test_a_file_of_another_run_is_not_sent(doors: Doors, session: Session) -> None:
    ports, _files = doors()
    stranger = {"file": str(uuid.uuid4()), "name": "a.txt", "media_type": "text/plain", "size": 1}
    with pytest.raises(StepFailed, match="does not belong to this run"):
        SendEmail().run(given(files=stranger), ports)
    assert session.scalars(select(Mail)).all() == []


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"to": "olga"}, "“olga” is not a mail address"),
        ({"to": 7}, "“To” must be addresses, and 7 came"),
        ({"to": "  "}, "nobody to go to"),
        ({"to": "a@b.example\r\nBcc: x@y.example"}, "is not a mail address"),
        ({"cc": [{"a": 1}]}, "“Copy to” must be addresses"),
        ({"reply_to": "x\r\n@y.example"}, "is not a mail address"),
        ({"files": "prices.csv"}, "“Files” must be a file or a list of files"),
        ({"more_files": [{"name": "Plan", "value": 7}]}, "“Plan” must be a file"),
    ],
)
def test_what_cannot_be_sent_is_said(doors: Doors, settings: dict[str, Any], sentence: str) -> None:
    ports, _files = doors()
    with pytest.raises(StepFailed, match=sentence) as failed:
        SendEmail().run(given(**settings), ports)
    assert not failed.value.can_retry


def test_a_header_cannot_be_smuggled_in(
    cast: Cast, doors: Doors, set_server: Set, postbox: Postbox, office: PostOffice
) -> None:
    set_server(postbox)
    ports, _files = doors()
    evil = "Hello\r\nBcc: everybody@harbour.example\r\n\r\nNew body"
    SendEmail().run(given(subject=evil, text=".\r\nQUIT\r\n" + evil), ports)
    office.send_due(cast.harbour.id)
    (got,) = postbox.mails
    assert got["Bcc"] is None
    assert got["Subject"] == "Hello Bcc: everybody@harbour.example New body"
    assert postbox.receivers == [["olga@harbour.example"]]
    assert got.get_content().startswith(".")


def test_a_rehearsal_tells_what_would_have_been_sent() -> None:
    file = {"file": str(uuid.uuid4()), "name": "a.txt", "media_type": "text/plain", "size": 1}
    settings = given(files=[file], cc="ben@harbour.example", reply_to="ada@harbour.example")
    output = SendEmail().rehearse(settings).value
    assert output == {
        "rehearsed": True,
        "would_send": {
            "to": ["olga@harbour.example"],
            "cc": ["ben@harbour.example"],
            "reply_to": "ada@harbour.example",
            "subject": "Prices",
            "text": "They rose.",
            "files": ["a.txt"],
        },
    }
    assert SendEmail().tell(settings, output) == "Would have mailed olga@harbour.example: Prices"


def test_a_typed_address_is_checked_while_editing() -> None:
    kind = SendEmail()
    fields = kind.initial_fields()
    assert kind.problems(fields | {"to": "{{ trigger.email }}, ben"}) == []
    assert kind.problems(fields | {"to": "ada@harbour.example, ben"}) == [
        ("to", "“ben” is not a mail address.")
    ]


def test_without_a_server_it_waits(
    session: Session, doors: Doors, cast: Cast, office: PostOffice
) -> None:
    ports, _files = doors()
    SendEmail().run(given(), ports)
    office.look()
    assert session.scalars(select(Mail.status)).one() is MailStatus.WAITING
