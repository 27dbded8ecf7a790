"""Looking changes nothing: a GET writes no row, with two exceptions that are named here."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Connection, event
from sqlalchemy.orm import Session

from app.extensions import db
from tests.cast import Cast, sign_in
from tests.house.routes import calls

# When somebody was last seen, and which view of a flow they used: short transactions of their own
# after the answer.
EXCEPTIONS = ("UPDATE logins SET last_seen=", "INSERT INTO canvas_views")
WRITES = ("INSERT", "UPDATE", "DELETE", "REPLACE")


@pytest.fixture
def written(app: Flask) -> list[str]:
    """The statements that wrote something."""
    statements: list[str] = []

    def note(_connection: Connection, _cursor: object, statement: str, *_rest: object) -> None:
        if statement.lstrip().upper().startswith(WRITES):
            statements.append(statement)

    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", note)
    return statements


def test_a_get_writes_nothing(
    app: Flask, client: FlaskClient, session: Session, cast: Cast, written: list[str]
) -> None:
    sign_in(client, session, cast.ada)
    opened = 0
    for _rule, method, address in calls(app, cast.harbour.slug):
        if method == "GET":
            opened += client.get(address).status_code == 200
    assert opened > 10
    assert [one for one in written if not one.startswith(EXCEPTIONS)] == []
