"""Putting mail into the outbox: addresses, headers, caps, and once per key."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.mail import outbox
from app.mail.addresses import AddressRefused, addresses
from app.mail.models import Mail, MailStatus
from app.mail.outbox import MailRefused
from app.vault.keys import Keyring
from tests.databases import on_both
from tests.mail.conftest import Put


@on_both
def test_a_mail_waits_sealed(session: Session, put: Put, keyring: Keyring) -> None:
    mail = put(text="Your link: https://lamp.example/answers/canary-link")
    assert mail.status is MailStatus.WAITING
    assert mail.body is not None
    assert b"canary-link" not in mail.body
    assert outbox.text_of(keyring, mail).endswith("canary-link")


@on_both
def test_a_key_puts_one_mail(session: Session, put: Put) -> None:
    first, second, other = put(key="run:step:"), put(key="run:step:"), put(key="run:step:1")
    assert first.id == second.id != other.id
    assert len(session.scalars(select(Mail)).all()) == 2


@pytest.mark.parametrize(
    "address",
    [
        "",
        "olga",
        "olga@",
        "@harbour.example",
        "olga@harbour.example\r\nBcc: all@harbour.example",
        "olga@harbour.example\nSubject: hello",
        "olga@harbour.example, ben@harbour.example",
        "olga @harbour.example",
        "olga@harbour.example>",
        "a" * 300 + "@harbour.example",
        "olga@[127.0.0.1]",
        '"olga\r\nRCPT TO:<x@y.example>"@harbour.example',
    ],
)
def test_what_is_no_address_is_refused(put: Put, address: str) -> None:
    with pytest.raises(MailRefused):
        put(to=[address])
    if address:
        with pytest.raises(MailRefused):
            put(reply_to=address)


def test_a_list_of_addresses_is_read_as_people_type_it() -> None:
    typed = (
        "olga@harbour.example; Ben <ben@harbour.example>,\n"
        "olga@harbour.example\n, Zoë@müller.example"
    )
    with pytest.raises(AddressRefused, match="Zoë"):
        addresses(typed)
    assert addresses(typed.replace("Zoë", "zoe")) == [
        "olga@harbour.example",
        "ben@harbour.example",
        "zoe@xn--mller-kva.example",
    ]


@pytest.mark.parametrize("line", ["\r\n", "\n", "\r", "\x00", "\u2028", "\x85", "\x1b"])
def test_a_subject_is_one_line(put: Put, line: str) -> None:
    mail = put(subject=f"Prices{line}Bcc: all@harbour.example")
    assert mail.subject in (
        "Prices Bcc: all@harbour.example",
        "Prices\ufffdBcc: all@harbour.example",
    )


def test_long_and_empty_subjects_are_made_to_fit(put: Put) -> None:
    assert put(subject="  ").subject == "(no subject)"
    assert put(subject="x" * 1_000).subject == "x" * 249 + "…"


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ({"to": []}, "nobody to go to"),
        ({"to": [f"p{n}@harbour.example" for n in range(51)]}, "50 addresses at most"),
        ({"text": "x" * 500_001}, "500,000 characters"),
        ({"files": [{"file": "x", "name": "a", "size": 1, "media_type": "b/c"}] * 21}, "20 files"),
        ({"files": [{"file": "x", "name": "a", "size": 21_000_000, "media_type": "b/c"}]}, "20 MB"),
    ],
)
def test_too_much_is_refused(put: Put, words: dict[str, object], sentence: str) -> None:
    with pytest.raises(MailRefused, match=sentence):
        put(**words)


def test_a_copy_goes_to_nobody_twice(put: Put) -> None:
    mail = put(to=["ben@harbour.example"], cc=["ben@harbour.example", "cleo@harbour.example"])
    assert mail.everybody == ["ben@harbour.example", "cleo@harbour.example"]
