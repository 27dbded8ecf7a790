"""Remembered addresses are the ones that Flask would build."""

import flask
import pytest
from flask import Flask, g

from app.lib import ids
from app.web import addresses
from app.web.addresses import url_for
from tests.cast import Cast


def test_it_is_the_same_address_each_time(app: Flask) -> None:
    run_id = ids.new_id()
    with app.test_request_context():
        wanted = flask.url_for("runs.show", workspace_slug="harbour-pine", run_id=run_id)
        for _ in range(2):
            assert url_for("runs.show", workspace_slug="harbour-pine", run_id=run_id) == wanted


def test_rows_share_what_is_remembered(app: Flask) -> None:
    with app.test_request_context():
        for _ in range(3):
            given = {"workspace_slug": "pine", "chat_id": ids.new_id(), "run_id": ids.new_id()}
            wanted = flask.url_for("chats.words", **given, after=given["run_id"], next="/a b")
            assert url_for("chats.words", **given, after=given["run_id"], next="/a b") == wanted
    assert len(app.extensions["addresses"]) == 1


def test_equal_values_of_other_kinds_are_other_addresses(app: Flask) -> None:
    with app.test_request_context():
        pages = [url_for("accounts.sign_in", next=word) for word in (1, True, 1.0, "1", None)]
    assert pages == [f"/sign-in{query}" for query in ("?next=1", "?next=True", "?next=1.0")] + [
        "/sign-in?next=1",
        "/sign-in",
    ]


def test_where_one_is_belongs_to_the_address(app: Flask, cast: Cast) -> None:
    with app.test_request_context():
        for workspace in (cast.harbour, cast.elsewhere):
            g.workspace = workspace
            assert url_for("runs.index") == f"/w/{workspace.slug}/runs"


def test_where_the_app_is_mounted_belongs_to_it_too(app: Flask) -> None:
    for root in ("", "/lamp"):
        with app.test_request_context(environ_overrides={"SCRIPT_NAME": root}):
            assert url_for("accounts.sign_in") == f"{root}/sign-in"


def test_options_are_passed_on(app: Flask) -> None:
    for host in ("one.example", "two.example"):
        with app.test_request_context(base_url=f"http://{host}"):
            address = url_for("accounts.sign_in", _external=True, _anchor="email")
            assert address == f"http://{host}/sign-in#email"


def test_a_full_book_begins_anew(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(addresses, "MOST_REMEMBERED", 3)
    with app.test_request_context():
        for number in range(10):
            assert url_for("accounts.sign_in", next=str(number)) == f"/sign-in?next={number}"
    assert len(app.extensions["addresses"]) <= 3
