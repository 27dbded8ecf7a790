"""An invitation goes out by mail where there is a server, and is shown in any case."""

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.mail.models import Mail
from app.mail.post_office import PostOffice
from tests.cast import Cast
from tests.mail.conftest import Set
from tests.mail.postbox import Postbox

PEOPLE = "/w/harbour-pine/people"
INVITE = {"role": "builder", "email": "eve@harbour.example"}


def invite(ada: FlaskClient, **changed: str) -> str:
    answer = ada.post("/w/harbour-pine/invitations", data=INVITE | changed)
    assert answer.status_code == 303
    return ada.get(PEOPLE).text


def test_it_is_sent(
    ada: FlaskClient, cast: Cast, set_server: Set, postbox: Postbox, office: PostOffice
) -> None:
    set_server(postbox)
    page = invite(ada)
    assert "The invitation is on its way to eve@harbour.example" in page
    office.send_due(cast.harbour.id)
    (got,) = postbox.mails
    assert got["To"] == "eve@harbour.example"
    assert got["Subject"] == "Ada invites you to Harbour & Pine"
    text = got.get_content()
    link = next(line for line in text.splitlines() if "/invitations/" in line)
    assert link in page
    assert ada.get(link.removeprefix("http://127.0.0.1:8000")).status_code == 200
    assert "is on its way" not in ada.get(PEOPLE).text, "shown once"


def test_without_a_server_it_is_shown_as_ever(ada: FlaskClient, session: Session) -> None:
    page = invite(ada)
    assert "The invitation is ready" in page
    assert "/invitations/" in page
    assert session.scalars(select(Mail)).all() == []


def test_without_an_address_nothing_is_sent(
    ada: FlaskClient, session: Session, set_server: Set, postbox: Postbox
) -> None:
    set_server(postbox)
    assert "The invitation is ready" in invite(ada, email="")
    assert session.scalars(select(Mail)).all() == []
