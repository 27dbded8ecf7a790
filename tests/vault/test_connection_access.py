"""Who may reach which page of the vault."""

import uuid

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.vault.models import Connection
from tests.cast import Cast, sign_in
from tests.vault.conftest import Make

HERE = "/w/harbour-pine/connections"
FORM = {"name": "Post office", "hosts": "api.example.com", "secret": "a-secret-value"}


@pytest.mark.parametrize("who", ["olga", "cleo"])
def test_a_viewer_may_not(app: Flask, session: Session, cast: Cast, make: Make, who: str) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    person: User = getattr(cast, who)
    client = sign_in(app.test_client(), session, person)
    for address in every_address(make().id):
        assert client.open(address[1], method=address[0]).status_code == 403


def test_a_builder_may_look_but_not_touch(
    app: Flask, session: Session, cast: Cast, make: Make
) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    ben = sign_in(app.test_client(), session, cast.ben)
    made = make(name="Post")
    assert "Post" in ben.get(HERE).text
    page = ben.get(f"{HERE}/{made.id}").text
    for words in ("Delete connection", "Replace the secret", "Change</span>", "<span>Check it"):
        assert words not in page
    assert "New connection" not in ben.get(HERE).text
    for method, address in every_address(made.id):
        if address not in (HERE, f"{HERE}/{made.id}"):
            assert ben.open(address, method=method).status_code == 403, address


def test_another_workspace_gets_404(app: Flask, session: Session, cast: Cast, make: Make) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    dan = sign_in(app.test_client(), session, cast.dan)
    made = make()
    there = "/w/elsewhere/connections"
    for method, address in every_address(made.id):
        assert dan.open(address, method=method).status_code == 404
        if str(made.id) in address:
            moved = address.replace(HERE, there)
            assert dan.open(moved, method=method, data=FORM).status_code == 404
    assert session.scalars(select(Connection)).one().id == made.id


def every_address(connection_id: uuid.UUID) -> list[tuple[str, str]]:
    one = f"{HERE}/{connection_id}"
    return [
        ("GET", HERE),
        ("GET", f"{HERE}/new"),
        ("POST", HERE),
        ("GET", one),
        ("GET", f"{one}/details"),
        ("POST", f"{one}/details"),
        ("POST", f"{one}/secret"),
        ("POST", f"{one}/check"),
        ("POST", f"{one}/deletion"),
    ]
