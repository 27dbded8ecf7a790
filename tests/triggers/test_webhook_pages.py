"""The page of a webhook: who sees and does what, and what becomes of it."""

import re
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import database
from app.agents import lifecycle
from app.audit.models import AuditEvent
from app.engine.states import RunMode, TriggerType
from app.lib import clock, ids
from app.triggers import delivery_list, refusals
from app.triggers.hook_models import Delivery, HookSecret, Outcome, Refusal, RefusalCount
from app.triggers.models import Trigger
from tests.accounts.browser import Browser
from tests.cast import Cast
from tests.databases import on_both
from tests.runs.conftest import MakeAgent, OpenBrowser
from tests.runs.pages import all_runs
from tests.triggers.conftest import Publish, SwitchOn, triggers_of
from tests.triggers.test_hooks import flow

HERE = "/w/harbour-pine/agents/greeter/webhooks/start000"
BODY = {"order": 17, "password": "canary-4f9c1b7e"}


@pytest.fixture
def hook(session: Session, switched_on: SwitchOn) -> Trigger:
    """A webhook of an agent that is on."""
    (trigger,) = triggers_of(session, switched_on(flow()))
    return trigger


@pytest.fixture
def ben(browser: OpenBrowser, cast: Cast) -> Browser:
    """Builds."""
    return browser(cast.ben)


@pytest.fixture
def delivered(client: FlaskClient, session: Session, hook: Trigger) -> Trigger:
    """The webhook after one delivery."""
    client.post(f"/hooks/{hook.token}", json=BODY, headers={"Idempotency-Key": "d-1"})
    session.rollback()
    return hook


def test_it_works(ben: Browser, delivered: Trigger) -> None:
    page = ben.get(HERE)
    assert page.status_code == 200
    for words in (
        f"http://127.0.0.1:8000/hooks/{delivered.token}",
        "Takes deliveries",
        "d-1",
        "Run started",
        "curl -X POST",
    ):
        assert words in page.text


def test_a_viewer_sees_deliveries_but_no_address(
    browser: OpenBrowser, cast: Cast, delivered: Trigger
) -> None:
    cleo = browser(cast.cleo)
    page = cleo.get(HERE).text
    assert str(delivered.token) not in page
    assert "d-1" in page
    for verb in ("address", "secrets", "catching", "sample/deletion", "sample/runs"):
        assert cleo.send("/account", f"{HERE}/{verb}").status_code == 403


def test_another_workspace_gets_404(
    browser: OpenBrowser, cast: Cast, session: Session, delivered: Trigger
) -> None:
    dan = browser(cast.dan)
    key = session.scalars(select(Delivery.id)).one()
    for path in ("", "/caught", f"/deliveries/{key}"):
        assert dan.get(f"{HERE}{path}").status_code == 404
        assert dan.get(f"{HERE.replace('harbour-pine', 'elsewhere')}{path}").status_code == 404
    assert dan.send("/account", f"{HERE}/deliveries/{key}/replays").status_code == 404
    assert len(all_runs(session)) == 1


def test_a_step_that_is_no_webhook_has_no_page(ben: Browser, delivered: Trigger) -> None:
    for node_id in ("answer00", "nothing", "x" * 300):
        assert ben.get(HERE.replace("start000", node_id)).status_code == 404


def test_a_secret_is_shown_once_rotated_and_removed(
    ben: Browser, session: Session, hook: Trigger
) -> None:
    made = ben.send(HERE, f"{HERE}/secrets")
    secret = re.search(r"whsec_[A-Za-z0-9+/]{32}", made.text)
    assert secret
    assert secret[0] not in ben.get(HERE).text
    assert f"Ends in {secret[0][-4:]}" in ben.get(HERE).text
    session.rollback()
    row = session.scalars(select(HookSecret)).one()
    assert secret[0].encode() not in row.sealed
    first = f"{HERE}/secrets/{row.id}/removal"

    assert ben.send(HERE, f"{HERE}/secrets", value="their own long secret").status_code == 303
    assert "Before it, still good" in ben.get(HERE).text
    third = ben.send("/account", f"{HERE}/secrets")
    assert "Two secrets are good already" in ben.get(third.location).text
    assert ben.send(HERE, first).status_code == 303
    session.rollback()
    assert session.scalars(select(HookSecret.last_four)).all() == ["cret"]
    assert ben.send(HERE, first).status_code == 404
    acts = session.scalars(select(AuditEvent.action).order_by(AuditEvent.position)).all()
    assert [one for one in acts if one.startswith("webhook")] == [
        "webhook_secret_made",
        "webhook_secret_made",
        "webhook_secret_removed",
    ]


def test_a_wrong_form_comes_back(ben: Browser, session: Session, hook: Trigger) -> None:
    wrong = ben.send(HERE, f"{HERE}/secrets", value="short")
    assert wrong.status_code == 422
    assert "A secret has 16 to 400 characters." in wrong.text
    assert session.scalars(select(HookSecret)).all() == []


def test_another_address_takes_the_place_of_the_first(
    ben: Browser, client: FlaskClient, session: Session, hook: Trigger
) -> None:
    old = hook.token
    ben.send(HERE, f"{HERE}/address")
    session.rollback()
    session.refresh(hook)
    assert client.post(f"/hooks/{old}", json={}).status_code == 404
    assert client.post(f"/hooks/{hook.token}", json={}).status_code == 202


def test_before_it_is_published_a_delivery_can_be_caught(
    ben: Browser, client: FlaskClient, session: Session, make_agent: MakeAgent, publish: Publish
) -> None:
    agent = make_agent(flow())
    assert "Make the address" in ben.get(HERE).text
    ben.send(HERE, f"{HERE}/catching")
    (hook,) = triggers_of(session, agent)
    assert "Listening" in ben.get(HERE).text
    assert client.post(f"/hooks/{hook.token}", json={}).json["caught"] is True  # type: ignore[index]
    page = ben.get(f"{HERE}/caught").text
    assert "every 2s" not in page
    assert "Caught" in page
    publish(agent)
    (same,) = triggers_of(session, agent)
    assert (same.token, same.is_present) == (hook.token, True)


def test_the_draft_runs_with_what_was_caught(
    ben: Browser, client: FlaskClient, session: Session, hook: Trigger
) -> None:
    ben.send(HERE, f"{HERE}/catching")
    client.post(f"/hooks/{hook.token}", json=BODY)
    assert "canary" not in ben.get(HERE).text
    started = ben.send(HERE, f"{HERE}/sample/runs", mode="rehearsal")
    (run,) = all_runs(session)
    assert str(run.id) in started.location
    assert (run.mode, run.trigger_type) == (RunMode.REHEARSAL, TriggerType.MANUAL)
    assert run.start_node_id == "start000"
    assert run.trigger_payload["body"]["order"] == 17
    ben.send(HERE, f"{HERE}/sample/deletion")
    assert "Caught" not in ben.get(HERE).text
    assert ben.send(HERE, f"{HERE}/sample/runs").status_code == 404


@on_both
def test_an_operator_plays_a_delivery_again(
    browser: OpenBrowser, cast: Cast, session: Session, delivered: Trigger
) -> None:
    key = session.scalars(select(Delivery.id)).one()
    olga, page = browser(cast.olga), f"{HERE}/deliveries/{key}"
    shown = olga.get(page).text
    assert "canary" not in shown
    assert "Play it again" in shown
    once = re.search(r'name="once" value="([^"]+)"', shown)[1]  # type: ignore[index]
    with database.writing(session):
        lifecycle.switch_off(session, delivered.agent, by=cast.ben)
    for _ in range(2):
        assert olga.send(page, f"{page}/replays", once=once).status_code == 303
    first, again = all_runs(session)
    assert again.replay_of == first.id
    assert again.trigger_words == "Webhook “Start”, played again"
    assert (again.started_by, again.trigger_id) == (cast.olga.id, delivered.id)
    assert again.trigger_payload["body"]["order"] == 17
    cleo = browser(cast.cleo)
    assert "Play it again" not in cleo.get(page).text
    assert cleo.send("/account", f"{page}/replays").status_code == 403


def test_what_was_not_kept_is_not_played_again(
    ben: Browser, session: Session, delivered: Trigger
) -> None:
    delivery = session.scalars(select(Delivery)).one()
    with database.writing(session):
        delivery.sealed = None
    page = f"{HERE}/deliveries/{delivery.id}"
    assert "too large to be kept" in ben.get(page).text
    sent = ben.send("/account", f"{page}/replays")
    assert "too large to be kept" in ben.get(sent.location).text
    assert len(all_runs(session)) == 1


def test_the_list_is_searched_and_paged(
    ben: Browser, session: Session, hook: Trigger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery_list, "PAGE_SIZE", 2)
    with database.writing(session):
        for number in ("ship-1", "ship-2", "bill-100%"):
            session.add(a_delivery(hook, delivery_id=number))
    assert numbers(ben.get(HERE).text) == ["bill-100%", "ship-2"]
    older = re.search(r'href="([^"]*older_than=[^"]*)"', ben.get(HERE).text)
    assert older
    assert numbers(ben.get(older[1].replace("&amp;", "&")).text) == ["ship-1"]
    assert numbers(ben.get(f"{HERE}?q=ship").text) == ["ship-2", "ship-1"]
    assert numbers(ben.get(f"{HERE}?q=%25").text) == ["bill-100%"]
    assert "No delivery like that" in ben.get(f"{HERE}?outcome=skipped").text
    for wrong in ("outcome=magic", "older_than=nonsense"):
        assert ben.get(f"{HERE}?{wrong}").status_code == 404


@on_both
def test_deliveries_are_kept_as_long_as_runs(session: Session, hook: Trigger, cast: Cast) -> None:
    kept, long_ago = timedelta(days=30), clock.now() - timedelta(days=31)
    with database.writing(session):
        session.add(a_delivery(hook, id=ids.first_id_at(long_ago)))
        session.add(a_delivery(hook))
        refusals.count(session, hook, Refusal.SIGNATURE)
        old = RefusalCount(
            trigger_id=hook.id,
            workspace_id=hook.workspace_id,
            day=long_ago.date(),
            reason=Refusal.SIGNATURE,
            last_at=long_ago,
        )
        session.add(old)
    with database.writing(session):
        assert delivery_list.let_go(session, cast.elsewhere.id, kept=kept) == 0
        assert delivery_list.let_go(session, cast.harbour.id, kept=kept) == 1
        assert delivery_list.let_go(session, cast.harbour.id, kept=kept) == 0
    session.expire_all()
    (left,) = session.scalars(select(Delivery)).all()
    assert left.received_at > long_ago + timedelta(days=30)
    assert len(session.scalars(select(RefusalCount)).all()) == 1


def a_delivery(hook: Trigger, **values: Any) -> Delivery:
    given = {"id": ids.new_id(), "outcome": Outcome.RUN, **values}
    return Delivery(trigger_id=hook.id, workspace_id=hook.workspace_id, **given)


def numbers(page: str) -> list[str]:
    return re.findall(r"</a><span>([a-z]+-[^<]*)</span>", page)
