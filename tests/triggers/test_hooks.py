"""Calling a webhook: one delivery is one row and one run, and everything else is turned away."""

import io
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import database
from app.agents import lifecycle
from app.engine.graph import Graph
from app.engine.states import RunStatus, TriggerType
from app.engine.values import Json
from app.files.models import File
from app.lib import clock
from app.runs.models import Run, RunState
from app.triggers import samples
from app.triggers.hook_models import Delivery, Outcome
from app.triggers.models import Trigger
from app.vault.keys import Keyring
from app.vault.run_values import RunValues
from tests.cast import Cast, sign_in
from tests.databases import on_both
from tests.runs.flows import answer, in_a_row, step
from tests.runs.pages import all_runs
from tests.triggers.conftest import SwitchOn, triggers_of

BODY = {"order": 17}


def flow(**settings: Json) -> Graph:
    """Begins at a webhook and answers with the order."""
    return in_a_row(step("start", "start_webhook", settings), answer("{{ trigger.body.order }}"))


@pytest.fixture
def hook(session: Session, switched_on: SwitchOn) -> Trigger:
    """A webhook of an agent that is on."""
    return the_hook(session, switched_on)


def the_hook(session: Session, switched_on: SwitchOn, **settings: Json) -> Trigger:
    (trigger,) = triggers_of(session, switched_on(flow(**settings)))
    return trigger


def address(hook: Trigger) -> str:
    return f"/hooks/{hook.token}"


def deliveries(session: Session) -> list[Delivery]:
    session.rollback()
    return list(session.scalars(select(Delivery).order_by(Delivery.id)))


@on_both
def test_it_works(client: FlaskClient, session: Session, keyring: Keyring, hook: Trigger) -> None:
    came = client.post(address(hook), json=BODY, headers={"X-GitHub-Delivery": "d-1"})
    (run,) = all_runs(session)
    assert (came.status_code, came.json) == (202, {"run": str(run.id)})
    assert came.headers["X-Lamplight-Run"] == str(run.id)
    assert (run.status, run.trigger_type, run.trigger_id) == (
        RunStatus.PENDING,
        TriggerType.WEBHOOK,
        hook.id,
    )
    assert run.trigger_words == "Webhook “Start”"
    sealed = session.scalars(select(RunState.ciphertext)).one()
    values = RunValues(keyring, workspace_id=run.workspace_id, run_id=run.id)
    told: Any = values.open_payload(sealed)
    assert told["body"] == BODY
    assert told["delivery_id"] == "d-1"
    (delivery,) = deliveries(session)
    assert (delivery.run_id, delivery.outcome, delivery.size) == (run.id, Outcome.RUN, 13)
    assert abs((clock.now() - delivery.received_at).total_seconds()) < 60


@on_both
def test_fifty_equal_deliveries_at_once_are_one_run(
    app: Flask, session: Session, hook: Trigger
) -> None:
    together = threading.Barrier(50)

    def deliver(_number: int) -> tuple[int, Any]:
        client = app.test_client()
        together.wait()
        came = client.post(address(hook), json=BODY, headers={"Idempotency-Key": "once"})
        return came.status_code, came.json

    with ThreadPoolExecutor(50) as callers:
        answers = list(callers.map(deliver, range(50)))
    (run,) = all_runs(session)
    assert answers == [(202, {"run": str(run.id)})] * 50
    (delivery,) = deliveries(session)
    assert delivery.repeats == 49


def test_deliveries_without_a_number_are_all_different(
    client: FlaskClient, session: Session, hook: Trigger
) -> None:
    for _ in range(3):
        client.post(address(hook), json=BODY)
    assert len(all_runs(session)) == len(deliveries(session)) == 3


def test_an_unknown_address_says_nothing(client: FlaskClient, hook: Trigger) -> None:
    for token in ("nothing", "x" * 500, f"{hook.token}x", hook.token[:-1], str(hook.id)):  # type: ignore[index]
        came = client.post(f"/hooks/{token}", json=BODY)
        assert (came.status_code, came.json) == (
            404,
            {"error": "There is no webhook at this address."},
        )


def test_only_the_chosen_methods(
    client: FlaskClient, session: Session, switched_on: SwitchOn
) -> None:
    hook = the_hook(session, switched_on, methods="get_post")
    came = client.delete(address(hook))
    assert (came.status_code, came.headers["Allow"]) == (405, "GET, POST, HEAD, OPTIONS")
    assert client.options(address(hook)).headers["Allow"] == "GET, POST, HEAD, OPTIONS"
    assert client.head(address(hook)).status_code == 200
    assert all_runs(session) == []
    assert client.get(f"{address(hook)}/a/b?n=1&n=2").status_code == 202
    (run,) = all_runs(session)
    assert run.trigger_payload["path"] == "a/b"
    assert run.trigger_payload["query"] == {"n": ["1", "2"]}


def test_no_cookie_counts_and_none_is_set(
    app: Flask, client: FlaskClient, session: Session, cast: Cast, hook: Trigger
) -> None:
    sign_in(client, session, cast.ada)
    came = client.post(
        address(hook), json=BODY, headers={"Origin": "https://shop.example", "Cookie": "a=b"}
    )
    assert came.status_code == 202
    assert "Set-Cookie" not in came.headers
    assert not [name for name in dict(came.headers) if name.startswith("Access-Control")]
    assert came.headers["Content-Security-Policy"].endswith("; sandbox")
    assert came.headers["Cache-Control"] == "no-store"
    (run,) = all_runs(session)
    assert run.started_by is None


def test_a_busy_agent_leaves_it_out_when_told_so(
    client: FlaskClient, session: Session, switched_on: SwitchOn
) -> None:
    hook = the_hook(session, switched_on, when_busy="skip")
    assert client.post(address(hook), json=BODY).status_code == 202
    came = client.post(address(hook), json=BODY)
    assert came.status_code == 200
    assert came.json["run"] is None  # type: ignore[index]
    assert "left out" in came.json["skipped"]  # type: ignore[index]
    assert [one.outcome for one in deliveries(session)] == [Outcome.RUN, Outcome.SKIPPED]


@on_both
def test_the_next_delivery_is_caught_as_a_sample(
    client: FlaskClient, session: Session, hook: Trigger, keyring: Keyring, cast: Cast
) -> None:
    with database.writing(session):
        lifecycle.switch_off(session, hook.agent, by=cast.ben)
        samples.listen(session, hook, by=cast.ben)
    came = client.post(address(hook), json=BODY)
    assert (came.status_code, came.json) == (200, {"run": None, "caught": True})
    assert all_runs(session) == deliveries(session) == []
    sample: Any = samples.sample_of(session, keyring, hook.agent, hook.node_id)
    assert sample["body"] == BODY
    assert client.post(address(hook), json=BODY).status_code == 503, "only one is caught"


def test_a_large_delivery_runs_but_is_not_kept(
    client: FlaskClient, session: Session, hook: Trigger
) -> None:
    assert client.post(address(hook), json={"text": "x" * 300_000}).status_code == 202
    (delivery,) = deliveries(session)
    assert delivery.sealed is None
    assert len(session.scalars(select(Run)).all()) == 1


def test_a_form_with_a_file_comes_in_one_piece(
    client: FlaskClient, session: Session, hook: Trigger
) -> None:
    photo = (io.BytesIO(b"not really a photo"), "../lamp.txt")
    came = client.post(address(hook), data={"name": "Ada", "tag": ["a", "b"], "photo": photo})
    assert came.status_code == 202
    (run,) = all_runs(session)
    (file,) = session.scalars(select(File)).all()
    assert (file.name, file.run_id) == ("lamp.txt", run.id)
    assert run.trigger_payload["body"] == {"name": "Ada", "tag": ["a", "b"], "photo": file.value}


@pytest.mark.parametrize("body", [b"nonsense", b"--x\r\n\r\n", b"--x\r\nContent-Disposition: form"])
def test_a_broken_form_is_refused(
    client: FlaskClient, session: Session, hook: Trigger, body: bytes
) -> None:
    came = client.post(address(hook), data=body, content_type="multipart/form-data; boundary=x")
    assert came.status_code == 400
    assert all_runs(session) == []
