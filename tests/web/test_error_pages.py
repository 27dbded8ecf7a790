"""Error pages come out in plain words, also when the database is what failed."""

from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session

from app import database
from tests.cast import Cast, sign_in


def test_a_stranger_path_says_so(client: FlaskClient) -> None:
    answer = client.get("/nowhere")
    assert answer.status_code == 404
    assert "There is nothing here" in answer.text
    assert "reference" in answer.text


def test_a_dead_database_is_told_to_who_is_signed_in(
    client: FlaskClient, session: Session, cast: Cast
) -> None:
    browser = sign_in(client, session, cast.ada)
    with database.writing(session):
        session.execute(text("DROP TABLE logins"))
    answer = browser.get(f"/w/{cast.harbour.slug}/")
    assert answer.status_code == 503
    assert answer.headers["Retry-After"]
    assert "We cannot reach our storage just now" in answer.text
    assert "Content-Security-Policy" in answer.headers
