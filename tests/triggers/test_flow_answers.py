"""A caller who waits gets what the flow answered: exactly, to each, and no secret of the run."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from redis.exceptions import RedisError
from sqlalchemy.orm import Session

from app import database
from app.engine.graph import Graph
from app.engine.states import RunStatus, TriggerType
from app.engine.values import Json
from app.lib import ids
from app.queue import connection
from app.runs.models import Run
from app.runs.run_answers import RunAnswers, RunEnd, is_waited_for
from app.settings import Settings
from app.triggers.models import Trigger
from app.vault.keys import Keyring
from tests.cast import Cast
from tests.databases import on_both
from tests.runs.flows import in_a_row, set_values, step
from tests.runs.house import House
from tests.runs.pages import all_runs
from tests.triggers.conftest import SwitchOn, triggers_of

LONG = "x" * 50_000  # the copy for people is cut long before


def flow(*rest: Any, wait_s: int = 10) -> Graph:
    start = step("start", "start_webhook", {"answer": "flow", "wait_s": wait_s})
    return in_a_row(start, *rest)


def reply(**settings: Json) -> Any:
    return step("reply", "answer_webhook", {"status": 200, "headers": [], **settings})


@pytest.fixture
def hook(session: Session, switched_on: SwitchOn) -> Any:
    """Makes the webhook of a flow that answers."""

    def make(graph: Graph) -> Trigger:
        (trigger,) = triggers_of(session, switched_on(graph))
        return trigger

    return make


@on_both
def test_it_works(client: FlaskClient, session: Session, hook: Any, house: House) -> None:
    values: Json = [{"name": "order", "value": "{{ trigger.body.order }}"}]
    headers: Json = [{"name": "X-Shop", "value": "harbour"}]
    made = hook(flow(reply(kind="values", values=values, status=201, headers=headers)))
    house.open_worker()
    came = client.post(f"/hooks/{made.token}", json={"order": LONG})
    (run,) = all_runs(session)
    assert (came.status_code, came.json) == (201, {"order": LONG}), "exactly, not the cut copy"
    assert came.headers["X-Shop"] == "harbour"
    assert came.headers["X-Lamplight-Run"] == str(run.id)
    assert run.answer["http_status"] == 201  # type: ignore[index]


def test_everybody_who_sent_the_same_gets_the_answer(
    app: Flask, session: Session, hook: Any, house: House
) -> None:
    made = hook(flow(reply(kind="text", text="{{ trigger.body.order }}")))
    together = threading.Barrier(8)

    def deliver(_number: int) -> tuple[int, str]:
        client = app.test_client()
        together.wait()
        came = client.post(
            f"/hooks/{made.token}", json={"order": LONG}, headers={"Idempotency-Key": "once"}
        )
        return came.status_code, came.text

    house.open_worker()
    with ThreadPoolExecutor(8) as callers:
        answers = list(callers.map(deliver, range(8)))
    assert answers == [(200, LONG)] * 8
    assert len(all_runs(session)) == 1


def test_a_failed_run_says_so_without_its_innards(
    client: FlaskClient, session: Session, hook: Any, house: House
) -> None:
    made = hook(flow(step("stop", "stop_with_error", {"sentence": "The canary is ill."})))
    house.open_worker()
    came = client.post(f"/hooks/{made.token}", json={})
    assert came.status_code == 500
    assert "could not finish" in came.json["error"]  # type: ignore[index]
    assert "canary" not in came.text


def test_too_slow_a_flow_is_told_where_to_look(
    client: FlaskClient, session: Session, hook: Any
) -> None:
    made = hook(flow(reply(kind="none"), wait_s=1))
    came = client.post(f"/hooks/{made.token}", json={})
    (run,) = all_runs(session)
    assert came.status_code == 202
    assert came.json == {
        "run": str(run.id),
        "look": f"http://127.0.0.1:8000/w/harbour-pine/runs/{run.id}",
    }


def test_without_valkey_the_database_tells(
    app: Flask, client: FlaskClient, session: Session, hook: Any, cast: Cast
) -> None:
    made = hook(flow(reply(kind="text", text="Hello")))
    app.extensions["runs.bell"] = NoBell()
    ended = threading.Event()

    def end_it() -> None:
        with database.session_factory(session.get_bind())() as other:  # type: ignore[arg-type]
            while not ended.is_set():
                with database.writing(other):
                    for run in other.query(Run).all():
                        run.status, run.answer = RunStatus.SUCCESS, "Hello"
                        ended.set()
                ended.wait(0.05)

    ending = threading.Thread(target=end_it)
    ending.start()
    came = client.post(f"/hooks/{made.token}", json={})
    ending.join()
    assert (came.status_code, came.text) == (200, "Hello")


class NoBell:
    """A doorbell without a Valkey behind it."""

    redis = None

    def ring(self, _lane: str) -> bool:
        """Nobody hears it."""
        return False


@pytest.fixture
def answers(
    settings: Settings, keyring: Keyring, session: Session, cast: Cast
) -> Iterator[RunAnswers]:
    """The answers at this test's Valkey."""
    with database.writing(session):
        keyring.seal(session, b"", workspace_id=cast.harbour.id, context=("first",))
    redis = connection(settings.redis_url)
    yield RunAnswers(redis, keyring)
    redis.close()


def test_an_answer_waits_a_minute_sealed(
    answers: RunAnswers, settings: Settings, cast: Cast
) -> None:
    run_id, place = ids.new_id(), cast.harbour.id
    assert answers.wait(place, run_id, 0.05) is None
    answers.give(place, run_id, status=RunStatus.SUCCESS, answer={"note": "canary"})
    for _ in range(3):
        assert answers.wait(place, run_id, 1) == RunEnd(RunStatus.SUCCESS, {"note": "canary"})
    assert answers.wait(cast.elsewhere.id, run_id, 1) is None, "sealed for its workspace"
    with connection(settings.redis_url) as redis:
        key = f"lamplight:answer:{run_id.hex}"
        assert 0 < redis.ttl(key) <= 60
        assert b"canary" not in redis.lindex(key, 0)  # type: ignore[operator]


def test_nobody_waits_without_a_valkey(keyring: Keyring, cast: Cast) -> None:
    nowhere = RunAnswers(None, keyring)
    nowhere.give(cast.harbour.id, ids.new_id(), status=RunStatus.SUCCESS, answer=None)
    with pytest.raises(RedisError):
        nowhere.wait(cast.harbour.id, ids.new_id(), 0.1)


def test_only_runs_that_a_caller_waits_for_are_told() -> None:
    graph = flow(set_values("greet", a="b"))
    assert is_waited_for(TriggerType.WEBHOOK, graph, "start000")
    assert not is_waited_for(TriggerType.MANUAL, graph, "start000")
    assert not is_waited_for(TriggerType.WEBHOOK, graph, "greet000")
    assert not is_waited_for(TriggerType.WEBHOOK, graph, None)
