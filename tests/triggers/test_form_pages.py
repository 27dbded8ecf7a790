"""The page of a form: open to whom its settings say, kind when it is closed, safe from floods."""

import io
import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import database
from app.agents import lifecycle
from app.engine.states import TriggerType
from app.engine.values import Json
from app.files.models import File
from app.triggers.models import Trigger
from tests.accounts.browser import Browser
from tests.cast import Cast, sign_in
from tests.runs.conftest import OpenBrowser
from tests.runs.flows import answer, in_a_row, step
from tests.runs.pages import all_runs
from tests.triggers.conftest import SwitchOn, triggers_of

QUESTIONS: list[Json] = [
    {"key": "name", "label": "Your name", "kind": "text", "required": True},
    {"key": "amount", "label": "Amount", "kind": "number"},
    {"key": "news", "label": "Send me news", "kind": "switch"},
]
WORDS: dict[str, Json] = {
    "page": "public",
    "page_title": "Contact us",
    "page_intro": "We answer within a day.\nPromised.",
    "page_button": "Send it off",
    "page_thanks": "Thank you, <b>we</b> write back.",
}


@pytest.fixture
def make(session: Session, switched_on: SwitchOn) -> Any:
    """Makes a form page of an agent that is on; gives its trigger."""

    def form(**settings: Json) -> Trigger:
        fields = {"inputs": QUESTIONS, **WORDS, **settings}
        flow = in_a_row(step("start", "start_form", fields), answer("Hello {{ trigger.name }}"))
        (trigger,) = triggers_of(session, switched_on(flow))
        return trigger

    return form


def address(form: Trigger) -> str:
    return f"/forms/{form.token}"


def test_it_works_for_a_stranger(client: FlaskClient, session: Session, make: Any) -> None:
    form, browser = make(), Browser(client)
    opened = browser.get(address(form))
    for words in ("Contact us", "We answer within a day.", "Your name", "Send it off", "Harbour"):
        assert words in opened.text
    assert opened.headers["Cache-Control"] == "no-store"
    assert "frame-ancestors 'none'" in opened.headers["Content-Security-Policy"]

    sent = browser.send(address(form), address(form), in_name="Maria", in_amount="12,5")
    assert (sent.status_code, sent.location) == (303, f"{address(form)}/thanks")
    (run,) = all_runs(session)
    assert run.trigger_payload == {"name": "Maria", "amount": 12.5, "news": False}
    assert (run.trigger_type, run.trigger_words) == (TriggerType.FORM, "Form “Contact us”")
    assert run.started_by is None
    thanks = browser.get(sent.location).text
    assert "Thank you, &lt;b&gt;we&lt;/b&gt; write back." in thanks
    assert str(run.id) not in thanks
    assert str(run.id) not in browser.get(f"{sent.location}?run={run.id}").text


def test_a_wrong_form_comes_back(client: FlaskClient, session: Session, make: Any) -> None:
    form, browser = make(), Browser(client)
    sent = browser.send(address(form), address(form), in_name="", in_amount="many")
    assert sent.status_code == 422
    assert "It is needed." in sent.text
    assert 'value="many"' in sent.text
    assert all_runs(session) == []


def test_the_same_form_sent_twice_is_one_run(
    client: FlaskClient, session: Session, make: Any
) -> None:
    form = make()
    page = client.get(address(form)).text
    fields = {
        name: re.search(rf'name="{name}"[^>]* value="([^"]+)"', page)[1]  # type: ignore[index]
        for name in ("csrf_token", "once")
    }
    for _ in range(2):
        sent = client.post(address(form), data={**fields, "in_name": "Maria"})
        assert sent.status_code == 303
    assert len(all_runs(session)) == 1


def test_without_its_token_a_form_is_refused(
    client: FlaskClient, session: Session, make: Any
) -> None:
    assert client.post(address(make()), data={"in_name": "Maria"}).status_code == 400
    assert all_runs(session) == []


def test_a_machine_that_fills_in_everything_starts_nothing(
    client: FlaskClient, session: Session, make: Any
) -> None:
    form = make()
    sent = Browser(client).send(
        address(form), address(form), in_name="Spam", leave_empty="https://spam.example"
    )
    assert sent.status_code == 303
    assert all_runs(session) == []


@pytest.mark.parametrize("change", ["off", "archived", "no page", "unknown", "webhook"])
def test_a_closed_form_says_so_kindly(
    client: FlaskClient, session: Session, make: Any, cast: Cast, change: str
) -> None:
    form = make(page="none") if change == "no page" else make()
    with database.writing(session):
        if change == "off":
            lifecycle.switch_off(session, form.agent, by=cast.ben)
        elif change == "archived":
            lifecycle.archive(session, form.agent, by=cast.ben)
    where = "/forms/nothing" if change == "unknown" else address(form)
    where = f"/hooks/{form.token}" if change == "webhook" else where
    came = client.get(where)
    assert came.status_code == 404
    assert change == "webhook" or "This form is closed" in came.text


def test_members_only(
    app: Flask, client: FlaskClient, session: Session, make: Any, cast: Cast, browser: OpenBrowser
) -> None:
    form = make(page="members")
    asked = client.get(address(form))
    assert (asked.status_code, asked.location) == (303, f"/sign-in?next=/forms/{form.token}")
    assert browser(cast.dan).get(address(form)).status_code == 404
    cleo = browser(cast.cleo)
    sent = cleo.send(address(form), address(form), in_name="Cleo")
    (run,) = all_runs(session)
    assert run.started_by == cast.cleo.id
    assert f"/w/harbour-pine/runs/{run.id}" in cleo.get(sent.location).text
    dan = sign_in(app.test_client(), session, cast.dan)
    assert dan.get(f"{address(form)}/thanks?run={run.id}").status_code == 404


def test_a_flood_from_one_place_is_slowed_down(
    client: FlaskClient, session: Session, make: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.triggers.form_routes.PER_MINUTE_FROM_ONE_PLACE", 1)
    form, browser = make(), Browser(client)
    answers = [
        browser.send(address(form), address(form), in_name=f"Maria {number}") for number in range(4)
    ]
    assert {one.status_code for one in answers} == {303, 429}
    late = answers[-1] if answers[-1].status_code == 429 else answers[-2]
    assert "Your words are kept" in late.text
    assert "Maria" in late.text
    assert 1 <= int(late.headers["Retry-After"]) <= 60
    assert len(all_runs(session)) <= 2


def test_a_busy_agent_asks_to_send_it_again(
    client: FlaskClient, session: Session, make: Any
) -> None:
    form, browser = make(when_busy="skip"), Browser(client)
    assert browser.send(address(form), address(form), in_name="One").status_code == 303
    second = browser.send(address(form), address(form), in_name="Two")
    assert second.status_code == 503
    assert 'value="Two"' in second.text
    assert len(all_runs(session)) == 1


def test_a_file_comes_along(client: FlaskClient, session: Session, make: Any) -> None:
    form = make(inputs=[{"key": "photo", "label": "A photo", "kind": "file", "required": True}])
    browser = Browser(client)
    assert 'enctype="multipart/form-data"' in browser.get(address(form)).text
    photo: Any = (io.BytesIO(b"not really a photo"), "lamp.txt")
    sent = browser.send(address(form), address(form), in_photo=photo)
    assert sent.status_code == 303
    (run,) = all_runs(session)
    (file,) = session.scalars(select(File)).all()
    assert (file.name, file.run_id) == ("lamp.txt", run.id)
    assert run.trigger_payload["photo"]["file"] == str(file.id)


def test_its_people_see_how_it_stands(
    make: Any, cast: Cast, browser: OpenBrowser, session: Session
) -> None:
    form = make()
    here = "/w/harbour-pine/agents/greeter/forms/start000"
    shown = browser(cast.ben).get(here).text
    assert f"http://127.0.0.1:8000/forms/{form.token}" in shown
    assert "Everybody who has the address" in shown
    assert str(form.token) not in browser(cast.cleo).get(here).text
    assert browser(cast.dan).get(here).status_code == 404
    assert browser(cast.ben).get(here.replace("start000", "nothing")).status_code == 404
    assert browser(cast.cleo).send("/account", f"{here}/address").status_code == 403
    old = form.token
    assert browser(cast.ben).send(here, f"{here}/address").status_code == 303
    session.rollback()
    session.refresh(form)
    assert form.token != old
    assert browser(cast.ben).get(f"/forms/{old}").status_code == 404
