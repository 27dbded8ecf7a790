"""A mailbox among the connections: made, checked against a real server, and kept to its host."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from app import database
from app.lib.safe_http import HttpRefused
from app.lib.safe_socket import Dialer
from app.vault import facts
from app.vault.authoriser import Authoriser
from app.vault.keys import Keyring
from app.vault.models import Connection, ConnectorType
from app.vault.sign_in import SignIn
from tests.cast import Cast
from tests.dovecot import PASSWORD, USER, Dovecot
from tests.triggers.mail import wishes
from tests.vault.conftest import Make

HERE = "/w/harbour-pine/connections"
MAILBOX = f"{HERE}?sign_in=mailbox"
GOOD = {
    "name": "Desk",
    "host": "IMAP.example.com",
    "port": "993",
    "encryption": "tls",
    "username": USER,
    "secret": PASSWORD,
    "folder": "INBOX",
}


def test_it_works(ada: FlaskClient, session: Session) -> None:
    form = ada.get(f"{HERE}/new?sign_in=mailbox").text
    for name in GOOD:
        assert f'name="{name}"' in form
    assert 'name="hosts"' not in form
    made = ada.post(MAILBOX, data=GOOD)
    assert made.status_code == 303
    shown = ada.get(made.location).text
    for words in ("Mailbox (IMAP)", USER, "imap.example.com:993", "INBOX", "TLS"):
        assert words in shown
    assert PASSWORD not in shown
    connection = session.scalars(select(Connection)).one()
    assert connection.connector_type is ConnectorType.IMAP
    assert connection.hosts == ["imap.example.com:993"]
    assert connection.config_json["host"] == "imap.example.com"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"host": ""}, "Name the server"),
        ({"host": "https://mail.example.com/"}, "the server&#39;s name alone"),
        ({"host": "mail.example.com:993"}, "the port has its own field"),
        ({"host": "*.example.com"}, "the server&#39;s name alone"),
        ({"port": "0"}, "from 1 to 65535"),
        ({"port": "many"}, "from 1 to 65535"),
        ({"username": ""}, "Fill in the user name"),
        ({"secret": ""}, "Fill in the password"),
        ({"folder": ""}, "Name the folder"),
        ({"encryption": "rot13"}, "Not a valid choice"),
    ],
)
def test_a_wrong_form_comes_back(ada: FlaskClient, change: dict[str, str], said: str) -> None:
    answer = ada.post(MAILBOX, data=GOOD | change)
    assert answer.status_code == 422
    assert said in answer.text
    assert 'value="Desk"' in answer.text
    assert PASSWORD not in answer.text


def test_another_server_needs_the_password_again(ada: FlaskClient, session: Session) -> None:
    page = ada.post(MAILBOX, data=GOOD).location
    moved = GOOD | {"host": "mail.evil.example", "secret": ""}
    answer = ada.post(f"{page}/details", data=moved)
    assert answer.status_code == 422
    assert "Type it again" in answer.text
    renamed = GOOD | {"folder": "Enquiries", "secret": ""}
    assert ada.post(f"{page}/details", data=renamed).status_code == 303
    assert session.scalars(select(Connection)).one().config_json["folder"] == "Enquiries"


@pytest.mark.imap
def test_checking_it(app: Flask, ada: FlaskClient, make: Make, session: Session) -> None:
    with Dovecot() as server:
        app.extensions["vault.dialer"] = Dialer([f"127.0.0.1:{server.port}"])
        known = wishes(server.port)
        connection = make(
            SignIn.MAILBOX, hosts=known.hosts, username=USER, secret=PASSWORD, mailbox=known.mailbox
        )
        page = f"{HERE}/{connection.id}"
        assert ada.post(f"{page}/check").status_code == 303
        assert "127.0.0.1 let us in. “INBOX” has 0 messages." in ada.get(page).text
        ada.post(f"{page}/secret", data={"secret": "wrong but secret"})
        ada.post(f"{page}/check")
        shown = ada.get(page).text
        assert "does not accept this user name and password" in shown
        assert "wrong but secret" not in shown


def test_requests_cannot_use_a_mailbox(
    session: Session, engine: Engine, keyring: Keyring, make: Make, cast: Cast
) -> None:
    known = wishes(993)
    box = make(SignIn.MAILBOX, hosts=known.hosts, username=USER, mailbox=known.mailbox)
    service = make()
    assert set(facts.connection_facts(session, cast.harbour.id)) == {str(service.id)}
    assert set(facts.mailbox_names(session, cast.harbour.id)) == {str(box.id)}
    speaker = Authoriser(keyring, database.session_factory(engine), workspace_id=cast.harbour.id)
    with pytest.raises(HttpRefused, match="is a mailbox"):
        speaker.authorise(str(box.id), url="https://127.0.0.1:993/")
