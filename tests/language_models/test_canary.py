"""A key is in no row, file, page, log line or audit event, in no dress."""

import logging
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine

from tests.canary import CANARY, DRESSES, everything_stored, found_in
from tests.databases import on_both
from tests.language_models.stub import provider
from tests.loopback import Loopback, Received

HERE = "/w/harbour-pine/settings/models"


@on_both
def test_it_is_nowhere(
    ada: FlaskClient, engine: Engine, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    heard: list[Received] = []
    pages: list[str] = []
    with caplog.at_level(logging.DEBUG):
        with Loopback(provider(CANARY, models=("only-one",))) as server:
            pages += life_of(ada, server)
            heard += server.received
        told = caplog.text
    assert any(CANARY in request.headers.get("authorization", "") for request in heard)
    assert any(request.method == "POST" for request in heard)

    assert [found_in(page) for page in pages if found_in(page)] == []
    assert found_in(told) == []
    assert found_in(everything_stored(engine)) == []
    files = b"\n".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert [dress for dress in DRESSES if dress.encode() in files] == []


def life_of(ada: FlaskClient, server: Loopback) -> list[str]:
    """Add wrongly and rightly, look, check, ask, be refused, replace, remove; every page."""
    form = {"name": "Stub", "address": f"{server.url}/v1", "key": CANARY}
    post = f"{HERE}/providers?kind=compatible"
    answers = [
        ada.post(post, data=form | {"name": ""}),
        ada.post(post, data=form | {"key": f"{CANARY}\n{CANARY}"}),
        ada.post(post, data=form | {"key": f"{CANARY}x"[::-1]}),
    ]
    made = ada.post(post, data=form)
    here = made.location
    answers += [made, ada.get(here), ada.get(HERE), ada.post(f"{here}/check"), ada.get(here)]
    link = ada.get(HERE).text.split("/settings/models/")
    model = next(part[:36] for part in link if part[8:9] == "-" and "only-one" in part[:80])
    ask = {"question": "Hello?"}
    answers += [ada.get(f"{HERE}/{model}"), ada.post(f"{HERE}/{model}/question", data=ask)]
    server.say = provider("another one")
    answers += [
        ada.post(f"{HERE}/{model}/question", data=ask),
        ada.post(f"{here}/key", data={"key": CANARY}),
        ada.post(f"{here}/check"),
        ada.get(here),
        ada.get("/w/harbour-pine/audit"),
        ada.get("/w/harbour-pine/attention"),
        ada.get("/w/harbour-pine/costs"),
    ]
    assert {answer.status_code for answer in answers} <= {200, 303, 422}, answers
    return [f"{answer.headers}{answer.text}" for answer in answers]
