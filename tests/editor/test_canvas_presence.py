"""Who else has the draft open, and how an open canvas hears of another draft."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.accounts.models import User
from app.editor import presence
from app.queue import connection
from tests.agents.pages import AGENTS
from tests.cast import Cast
from tests.editor.canvas import Count, Drawn, Save, csrf, step_named
from tests.valkey import Valkey

Browser = Callable[[User], FlaskClient]
PRESENCE = f"{AGENTS}/greeter/presence"
STEP = "abcd1234"


def _tell(browser: FlaskClient, /, **told: object) -> TestResponse:
    sent = {"revision": 1, "step": None, "client": "tab-one-1", **told}
    return browser.post(PRESENCE, json=sent, headers={"X-CSRFToken": csrf(browser)})


def test_people_see_each_other_and_the_step_they_look_at(
    ben: FlaskClient, browser: Browser, cast: Cast
) -> None:
    ada = browser(cast.ada)
    alone = {"people": [], "revision": 1, "draft": None}
    assert _tell(ben).json == alone
    _tell(ada, step=STEP)
    _tell(ada, client="tab-two-2")
    told = _tell(ben).json or {}
    assert told["people"] == [{"name": cast.ada.name, "initials": "AD", "step": STEP}]
    _tell(browser(cast.cleo))
    told = _tell(ben).json or {}
    assert [one["name"] for one in told["people"]] == [cast.ada.name, cast.cleo.name]


def test_who_leaves_is_gone_after_some_seconds(
    ben: FlaskClient, browser: Browser, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    _tell(browser(cast.ada))
    later = presence.time.time() + presence.STAYS_S + 1
    monkeypatch.setattr(presence.time, "time", lambda: later)
    assert (_tell(ben).json or {})["people"] == []


def test_nothing_stays_in_valkey(ben: FlaskClient, valkey: Valkey) -> None:
    _tell(ben)
    redis = connection(valkey.url)
    keys = redis.keys("lamplight:here:*")
    assert len(keys) == 1
    assert 0 < redis.ttl(keys[0]) <= presence.STAYS_S
    redis.close()


def test_without_valkey_everybody_works_alone(
    app: Flask, ben: FlaskClient, browser: Browser, cast: Cast
) -> None:
    app.extensions["editor.valkey"] = connection("redis://127.0.0.1:1")
    _tell(browser(cast.ada))
    answer = _tell(ben)
    assert answer.status_code == 200
    assert (answer.json or {})["people"] == []
    app.extensions["editor.valkey"].close()


def test_another_draft_comes_along(
    ben: FlaskClient, browser: Browser, cast: Cast, save: Save, drawn: Drawn, revision: Count
) -> None:
    step_named(drawn, "Greet")["name"] = "Welcome"
    save(drawn)
    told = _tell(browser(cast.ada)).json or {}
    assert told["revision"] == revision() == 2
    assert told["draft"]["by"] == cast.ben.name
    assert step_named(told["draft"]["graph"], "Welcome")
    assert len(told["draft"]["views"]) == 2
    assert (_tell(browser(cast.ada), revision=2).json or {})["draft"] is None


@pytest.mark.parametrize(
    "told",
    [{"client": "x"}, {"client": 7}, {"step": "<b>"}, {"step": 7}, {"revision": "1"}, {"more": 1}],
)
def test_rubbish_is_400(ben: FlaskClient, told: dict[str, object]) -> None:
    answer = _tell(ben, **told)
    assert answer.status_code == 400
    assert (answer.json or {})["sentence"]
