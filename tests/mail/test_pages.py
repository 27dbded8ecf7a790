"""The pages about mail, for those who may manage the workspace."""

import socket

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import database
from app.audit.models import AuditEvent
from app.lib import clock
from app.mail.models import Encryption, Mail, MailServer, MailStatus
from app.mail.post_office import PostOffice
from app.vault.models import Secret
from app.workspaces.models import Member
from app.workspaces.roles import Role
from tests.accounts.browser import Browser
from tests.cast import Cast, sign_in
from tests.mail.conftest import Put, Set
from tests.mail.postbox import NAME, PASSWORD, Postbox

HOME = "/w/harbour-pine"
SERVER = f"{HOME}/settings/mail"
RIGHT = {
    "host": "Smtp.Example.com.",
    "port": "587",
    "encryption": "starttls",
    "username": NAME,
    "password": PASSWORD,
    "from_address": "lamp@harbour.example",
    "from_name": "Lamplight",
}


def server_of(session: Session) -> MailServer:
    session.rollback()
    return session.scalars(select(MailServer)).one()


def test_it_works(ada: FlaskClient, session: Session) -> None:
    assert "No mail server is set" in ada.get(SERVER).text
    assert ada.post(SERVER, data=RIGHT).status_code == 303
    row = server_of(session)
    assert (row.host, row.port, row.username) == ("smtp.example.com", 587, NAME)
    page = ada.get(SERVER).text
    assert "smtp.example.com" in page
    assert PASSWORD not in page
    assert PASSWORD.encode() not in session.scalars(select(Secret)).one().encrypted_value
    acts = session.scalars(select(AuditEvent.action)).all()
    assert acts == ["mail_server_set"]


@pytest.mark.parametrize("person", ["ben", "olga", "cleo"])
def test_who_does_not_manage_the_workspace_may_not(
    client: FlaskClient, session: Session, cast: Cast, person: str, put: Put
) -> None:
    mail = put()
    browser = Browser(sign_in(client, session, getattr(cast, person)))
    for address in (SERVER, f"{HOME}/outbox", f"{HOME}/outbox/{mail.id}"):
        assert browser.get(address).status_code == 403


def test_an_admin_may(client: FlaskClient, session: Session, cast: Cast, put: Put) -> None:
    mail = put(text="They rose by 3 %.")
    with database.writing(session):
        member = session.scalars(select(Member).where(Member.user_id == cast.ben.id)).one()
        member.role = Role.ADMIN
    browser = Browser(sign_in(client, session, cast.ben))
    assert "Prices" in browser.get(f"{HOME}/outbox").text
    page = browser.get(f"{HOME}/outbox/{mail.id}").text
    assert "They rose by 3 %." in page
    assert 'data-copy="They rose by 3 %.' in page


def test_another_workspace_gets_404(
    client: FlaskClient, session: Session, cast: Cast, put: Put
) -> None:
    mail = put()
    dan = sign_in(client, session, cast.dan)
    assert dan.get(f"{HOME}/outbox/{mail.id}").status_code == 404
    assert dan.get(f"/w/elsewhere/outbox/{mail.id}").status_code == 404
    assert "Prices" not in dan.get("/w/elsewhere/outbox").text


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"host": ""}, "Fill in the name of the server"),
        ({"host": "0x7f.1"}, "is not a plain address"),
        ({"host": "mail.example:587"}, "is not a host name"),
        ({"port": "0"}, "from 1 to 65535"),
        ({"port": "many"}, "from 1 to 65535"),
        ({"encryption": "rot13"}, "Not a valid choice"),
        ({"from_address": "lamp"}, "is not a mail address"),
        ({"from_address": "a@b.example\r\nBcc: x@y.example"}, "is not a mail address"),
        ({"username": ""}, "the user name that goes with the password"),
        ({"password": ""}, "Type the password"),
        ({"password": "two\nlines"}, "one line"),
    ],
)
def test_a_wrong_form_comes_back(ada: FlaskClient, changed: dict[str, str], sentence: str) -> None:
    answer = ada.post(SERVER, data=RIGHT | changed)
    assert answer.status_code == 422
    assert sentence in answer.text.replace("&#39;", "'")
    assert PASSWORD not in answer.text
    if "from_name" not in changed:
        assert 'value="Lamplight"' in answer.text


def test_a_password_goes_nowhere_else(ada: FlaskClient, session: Session) -> None:
    ada.post(SERVER, data=RIGHT)
    kept = RIGHT | {"password": ""}
    assert ada.post(SERVER, data=kept | {"from_name": "Harbour"}).status_code == 303
    for changed in ({"host": "evil.example"}, {"port": "2525"}, {"encryption": "none"}):
        answer = ada.post(SERVER, data=kept | changed)
        assert answer.status_code == 422
        assert "Type the password" in answer.text
    assert server_of(session).host == "smtp.example.com"


def test_taking_the_server_out_destroys_the_password(ada: FlaskClient, session: Session) -> None:
    ada.post(SERVER, data=RIGHT)
    assert ada.post(f"{SERVER}/removal").status_code == 303
    session.rollback()
    assert session.scalars(select(Secret)).all() == []
    assert ada.post(f"{SERVER}/removal").status_code == 404


def test_a_test_mail_tells_that_it_works(
    ada: FlaskClient, session: Session, cast: Cast, set_server: Set, postbox: Postbox
) -> None:
    set_server(postbox)
    page = ada.post(f"{SERVER}/test", follow_redirects=True).text
    assert "The test mail is on its way to ada@harbour.example. 127.0.0.1 took it." in page
    assert postbox.mails[0]["To"] == "ada@harbour.example"
    assert "test mail from Harbour & Pine" in postbox.mails[0]["Subject"]
    assert server_of(session).last_worked
    assert session.scalars(select(Mail)).one().status is MailStatus.SENT


def test_a_test_without_a_server_says_so(ada: FlaskClient) -> None:
    assert "Set a mail server first." in ada.post(f"{SERVER}/test", follow_redirects=True).text


@pytest.mark.parametrize(
    ("wishes", "sentence"),
    [
        ({"username": NAME, "password": "wrong-one"}, "user name or the password"),
        ({"port": 1}, "nothing answers on port 1"),
        ({"encryption": Encryption.TLS}, "could not agree on an encrypted line at this port"),
        ({"encryption": Encryption.STARTTLS}, "offers no encryption (STARTTLS)"),
        ({"host": "10.1.2.3"}, "LAMPLIGHT_PRIVATE_HOSTS"),
        ({"host": "nowhere.invalid"}, "could not be found"),
    ],
)
def test_a_test_mail_tells_what_is_wrong(
    ada: FlaskClient,
    session: Session,
    set_server: Set,
    wishes: dict[str, object],
    sentence: str,
) -> None:
    with Postbox(needs_sign_in="username" in wishes) as box:
        set_server(box, **wishes)
        page = ada.post(f"{SERVER}/test", follow_redirects=True).text
    assert sentence in page.replace("&#39;", "'")
    assert PASSWORD not in page
    row = server_of(session)
    assert sentence in row.last_result
    assert not row.last_worked
    mail = session.scalars(select(Mail)).one()
    assert mail.status is MailStatus.FAILED, "a test is not tried again behind one's back"


def test_a_server_that_says_nothing_is_told_in_time(
    ada: FlaskClient, set_server: Set, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.mail.routes.TEST_TIMEOUT_S", 0.5)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        box = Postbox()
        box.port = listener.getsockname()[1]
        set_server(box)
        page = ada.post(f"{SERVER}/test", follow_redirects=True).text
    assert "did not answer completely within 0.5 seconds" in page


def test_a_server_that_hangs_up_is_told(
    ada: FlaskClient, set_server: Set, postbox: Postbox
) -> None:
    set_server(postbox)
    postbox.says = lambda _command, _argument: "421 closing down"
    page = ada.post(f"{SERVER}/test", follow_redirects=True).text
    assert "421 closing down" in page


def test_the_outbox_is_searched_and_paged(ada: FlaskClient, session: Session, put: Put) -> None:
    for number in range(32):
        put(subject=f"Mail {number:02d}", to=[f"person{number}@harbour.example"])
    first = ada.get(f"{HOME}/outbox").text
    assert "Mail 31" in first
    assert "Mail 01" not in first
    older = first.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0]
    assert "Mail 01" in ada.get(older.replace("&amp;", "&")).text
    assert "Mail 07" in ada.get(f"{HOME}/outbox?q=person7@").text
    assert "Mail 07" not in ada.get(f"{HOME}/outbox?q=person8@").text
    assert "No mail like that" in ada.get(f"{HOME}/outbox?status=sent").text
    assert "mail waits here" in first


def test_a_failed_mail_is_sent_again(
    ada: FlaskClient,
    session: Session,
    cast: Cast,
    put: Put,
    set_server: Set,
    postbox: Postbox,
    office: PostOffice,
) -> None:
    mail = put()
    address = f"{HOME}/outbox/{mail.id}"
    assert "Only a mail that failed" in ada.post(f"{address}/sending", follow_redirects=True).text
    with database.writing(session):
        mail.status, mail.error, mail.tries = MailStatus.FAILED, "550 nobody here", 6
        mail.created_at = clock.now()
    set_server(postbox)
    page = ada.get(address).text
    assert "550 nobody here" in page
    assert "Send again" in page
    assert ada.post(f"{address}/sending").status_code == 303
    assert office.send_due(cast.harbour.id) == 1
    assert len(postbox.mails) == 1
    acts = session.scalars(select(AuditEvent.action)).all()
    assert "mail_sent_again" in acts


def test_an_invitation_is_forgotten_once_sent(
    ada: FlaskClient, cast: Cast, put: Put, set_server: Set, postbox: Postbox, office: PostOffice
) -> None:
    mail = put(purpose="invitation", text="https://lamp.example/invitations/canary-link")
    address = f"{HOME}/outbox/{mail.id}"
    assert "canary-link" in ada.get(address).text
    set_server(postbox)
    office.send_due(cast.harbour.id)
    page = ada.get(address).text
    assert "canary-link" not in page
    assert "it was forgotten when the mail was sent" in page
