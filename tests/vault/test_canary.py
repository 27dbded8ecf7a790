"""A secret value is in no row, file, page, log line or audit event, in no dress."""

import logging
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from tests.canary import CANARY, DRESSES, echo, everything_stored, found_in
from tests.cast import Cast
from tests.databases import on_both
from tests.loopback import Loopback

HERE = "/w/harbour-pine/connections"


@on_both
def test_it_is_nowhere(
    app: Flask,
    ada: FlaskClient,
    engine: Engine,
    session: Session,
    cast: Cast,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    app.config["LAMPLIGHT"] = replace(app.config["LAMPLIGHT"], private_hosts=("127.0.0.1",))
    pages: list[str] = []
    with caplog.at_level(logging.DEBUG), Loopback(echo) as server:
        for kind in ("bearer", "basic", "header", "query"):
            pages += life_of(ada, kind, server.url)
        told = caplog.text
    assert any(CANARY in request.headers.get("authorization", "") for request in server.received)

    assert [found_in(page) for page in pages if found_in(page)] == []
    assert found_in(told) == []
    assert found_in(everything_stored(engine)) == []
    files = b"\n".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert [dress for dress in DRESSES if dress.encode() in files] == []


def life_of(ada: FlaskClient, kind: str, url: str) -> list[str]:
    """Make, look, check, change wrongly and rightly, replace; every page on the way."""
    form = {
        "name": kind,
        "hosts": "127.0.0.1",
        "secret": CANARY,
        "username": "ada",
        "header": "X-Key",
        "parameter": "key",
    }
    wrong = ada.post(f"{HERE}?sign_in={kind}", data=form | {"hosts": "*"})
    made = ada.post(f"{HERE}?sign_in={kind}", data=form).location
    answers = [
        wrong,
        ada.get(made),
        ada.post(f"{made}/check", data={"url": url}),
        ada.get(made),
        ada.post(f"{made}/details", data=form | {"name": ""}),
        ada.post(f"{made}/details", data=form | {"hosts": "127.0.0.1 b.example"}),
        ada.post(f"{made}/secret", data={"secret": f"{CANARY}\n{CANARY}"}),
        ada.post(f"{made}/secret", data={"secret": CANARY}),
        ada.get(f"{made}/details"),
        ada.get(HERE),
    ]
    assert {answer.status_code for answer in answers} == {200, 303, 422}
    return [f"{answer.headers}{answer.text}" for answer in answers]
