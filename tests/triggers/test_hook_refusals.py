"""What a webhook turns away: it starts nothing, keeps nothing, and is counted."""

import json
from dataclasses import replace
from types import SimpleNamespace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app import database
from app.agents import lifecycle
from app.lib import clock
from app.triggers import hook_secrets, rates, signatures
from app.triggers.hook_models import Refusal, RefusalCount
from app.triggers.models import Trigger
from app.vault.keys import Keyring
from tests.cast import Cast
from tests.databases import on_both
from tests.runs.pages import all_runs
from tests.triggers.conftest import SwitchOn
from tests.triggers.test_hooks import BODY, address, deliveries, the_hook


@pytest.fixture
def hook(session: Session, switched_on: SwitchOn) -> Trigger:
    """A webhook of an agent that is on."""
    return the_hook(session, switched_on)


def refused(session: Session) -> dict[Refusal, int]:
    session.rollback()
    return {row.reason: row.count for row in session.scalars(select(RefusalCount))}


@pytest.mark.parametrize(
    ("body", "status", "reason"),
    [
        (b"x" * 10_000_000, 413, Refusal.TOO_LARGE),
        (b"[" * 1_000 + b"]" * 1_000, 400, Refusal.UNREADABLE),
        (b'{"a": 1, "a": 2}', 400, Refusal.UNREADABLE),
        (b'{"a": "\\u0000"}', 400, Refusal.UNREADABLE),
        (b"{", 400, Refusal.UNREADABLE),
    ],
    ids=["10 MB", "1,000 deep", "twice", "NUL", "half"],
)
def test_bad_input_leaves_no_run(
    client: FlaskClient, session: Session, hook: Trigger, body: bytes, status: int, reason: Refusal
) -> None:
    came = client.post(address(hook), data=body, content_type="application/json")
    assert came.status_code == status
    assert came.json["error"]  # type: ignore[index]
    assert all_runs(session) == deliveries(session) == []
    assert refused(session) == {reason: 1}


@pytest.fixture
def signed(
    session: Session, switched_on: SwitchOn, keyring: Keyring, cast: Cast
) -> tuple[Trigger, str]:
    """A webhook that takes signed deliveries only, and its secret."""
    hook = the_hook(session, switched_on, signed=True)
    with database.writing(session):
        secret = hook_secrets.add(session, keyring, hook, by=cast.ben)
    return hook, secret


def post_signed(client: FlaskClient, hook: Trigger, secret: str, *, late_s: int = 0) -> int:
    body = json.dumps(BODY).encode()
    at = int(clock.now().timestamp()) - late_s
    headers = {
        "X-Lamplight-Signature": signatures.sign(body, secret, at=at),
        "Content-Type": "application/json",
    }
    return client.post(address(hook), data=body, headers=headers).status_code


@on_both
def test_a_wrong_signature_gets_401_and_leaves_no_run(
    client: FlaskClient, session: Session, signed: tuple[Trigger, str]
) -> None:
    hook, secret = signed
    assert client.post(address(hook), json=BODY).status_code == 401
    assert post_signed(client, hook, "whsec_d3Jvbmcgc2VjcmV0IHdyb25n") == 401
    assert post_signed(client, hook, secret, late_s=301) == 401
    assert post_signed(client, hook, secret, late_s=-301) == 401
    assert all_runs(session) == deliveries(session) == []
    assert refused(session) == {Refusal.SIGNATURE: 4}
    assert post_signed(client, hook, secret) == 202


def test_the_old_secret_is_good_until_it_is_removed(
    client: FlaskClient,
    session: Session,
    signed: tuple[Trigger, str],
    keyring: Keyring,
    cast: Cast,
) -> None:
    hook, old = signed
    with database.writing(session):
        new = hook_secrets.add(session, keyring, hook, by=cast.ben)
    assert post_signed(client, hook, old) == post_signed(client, hook, new) == 202
    with pytest.raises(hook_secrets.SecretRefused), database.writing(session):
        hook_secrets.add(session, keyring, hook, by=cast.ben)
    with database.writing(session):
        hook_secrets.remove(session, hook, hook_secrets.of(session, hook)[-1], by=cast.ben)
    assert post_signed(client, hook, old) == 401
    assert post_signed(client, hook, new) == 202


def test_signed_without_a_secret_takes_nothing(
    client: FlaskClient, session: Session, switched_on: SwitchOn
) -> None:
    hook = the_hook(session, switched_on, signed=True)
    assert client.post(address(hook), json=BODY).status_code == 401
    assert post_signed(client, hook, "") == 401


def test_an_agent_that_is_off_asks_to_try_again(
    client: FlaskClient, session: Session, hook: Trigger, cast: Cast
) -> None:
    with database.writing(session):
        lifecycle.switch_off(session, hook.agent, by=cast.ben)
    came = client.post(address(hook), json=BODY, headers={"Idempotency-Key": "once"})
    assert (came.status_code, came.headers["Retry-After"]) == (503, "300")
    assert deliveries(session) == []
    assert refused(session) == {Refusal.NOT_ON: 1}
    with database.writing(session):
        lifecycle.switch_on(session, hook.agent, by=cast.ben)
    assert (
        client.post(address(hook), json=BODY, headers={"Idempotency-Key": "once"}).status_code
        == 202
    )
    with database.writing(session):
        lifecycle.archive(session, hook.agent, by=cast.ben)
    assert client.post(address(hook), json=BODY).status_code == 404


def test_a_flood_is_slowed_down(
    app: Flask,
    client: FlaskClient,
    session: Session,
    hook: Trigger,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = 1_000_000_060.0  # twenty seconds of this minute are left
    monkeypatch.setattr(rates, "time", SimpleNamespace(time=lambda: now))
    app.config["LAMPLIGHT"] = replace(app.config["LAMPLIGHT"], hooks_per_minute=2)
    came = [client.post(address(hook), json=BODY) for _ in range(5)]
    assert [one.status_code for one in came] == [202, 202, 429, 429, 429]
    assert came[-1].headers["Retry-After"] == "20"
    now += 20
    assert client.post(address(hook), json=BODY).status_code == 202


def test_of_many_refusals_only_some_are_written(
    client: FlaskClient, session: Session, hook: Trigger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.triggers.hook_routes.REFUSALS_COUNTED", 3)
    for _ in range(9):
        client.post(address(hook), data=b"{", content_type="application/json")
    assert 3 <= refused(session)[Refusal.UNREADABLE] <= 6
    assert session.scalar(select(func.count()).select_from(RefusalCount)) == 1
