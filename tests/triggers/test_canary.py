"""A secret that a service sends back reaches no caller, no inbox and no mail."""

import logging
import re
from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from app import database
from app.approvals import mailing
from app.approvals.models import Approval
from app.engine.graph import Graph
from app.engine.states import RunStatus
from app.mail import outbox
from app.mail.models import Mail
from app.notices.mailing import Post
from app.runs.models import Run
from app.settings import Settings
from app.triggers.hook_models import Delivery
from app.vault import connections
from app.vault.connections import Wishes
from app.vault.keys import Keyring
from app.vault.sign_in import SignIn
from tests.canary import CANARY, echo, everything_in, everything_stored, found_in
from tests.cast import Cast
from tests.databases import on_both
from tests.loopback import Loopback
from tests.runs.conftest import OpenBrowser
from tests.runs.flows import answer, http, in_a_row, step
from tests.runs.house import House, has_ended, until
from tests.runs.pages import all_runs
from tests.triggers.conftest import SwitchOn, triggers_of
from tests.valkey import Valkey

HOME = "/w/harbour-pine"
PUBLIC_URL = "https://lamp.harbour.example"
ECHO = "{{ steps.ask.headers | json }} {{ steps.ask.body }}"


@pytest.fixture
def calls(session: Session, keyring: Keyring, cast: Cast) -> str:
    """A connection whose token is the secret."""
    with database.writing(session):
        made = connections.create(
            session,
            keyring,
            workspace=cast.harbour,
            by=cast.ada.id,
            sign_in=SignIn.BEARER,
            wishes=Wishes(name="Echo", hosts=("127.0.0.1",), secret=CANARY),
        )
        return str(made.id)


def answering(url: str, connection: str) -> Graph:
    """Answers its caller with all that the service said."""
    start = step("start", "start_webhook", {"answer": "flow", "wait_s": 20})
    ask = http("ask", url, connection=connection, fails_on="never")
    reply = {"status": 200, "kind": "text", "text": ECHO, "headers": []}
    return in_a_row(start, ask, step("reply", "answer_webhook", reply))


def asking(url: str, connection: str) -> Graph:
    """Asks a person about all that the service said."""
    start = step("start", "start_webhook", {"answer": "at_once"})
    ask = http("ask", url, connection=connection, fails_on="never")
    fields = {
        "title": "{{ steps.ask.body }}",
        "values": [{"name": "Said", "value": ECHO}],
        "why": ECHO,
        "facts": [{"name": "Body", "value": "{{ steps.ask.body }}"}],
    }
    graph = in_a_row(start, ask, step("person", "ask_person", fields), answer("Sent"))
    last = replace(graph.links[-1], source_port="approved")
    return replace(graph, links=(*graph.links[:-1], last))


@on_both
def test_no_caller_gets_it(
    client: FlaskClient,
    session: Session,
    engine: Engine,
    cast: Cast,
    switched_on: SwitchOn,
    calls: str,
    house: House,
    browser: OpenBrowser,
    valkey: Valkey,
) -> None:
    house.open_worker()
    with Loopback(echo) as service:
        agent = switched_on(answering(service.url, calls))
        (hook,) = triggers_of(session, agent)
        came = client.post(f"/hooks/{hook.token}", json={"order": 17})
        deliveries = f"{HOME}/agents/{agent.slug}/webhooks/{hook.node_id}"
        session.rollback()
        delivery = session.scalars(select(Delivery)).one()
        ben = browser(cast.ben)
        ben.send("/account", f"{deliveries}/deliveries/{delivery.id}/replays")
        first, again = all_runs(session)
        until(lambda: has_ended(session, again))
    assert first.status is again.status is RunStatus.SUCCESS
    assert len(service.received) == 2
    assert all(CANARY in one.headers.get("authorization", "") for one in service.received)
    assert "[hidden]" in came.text
    pages = [came.text, str(came.headers)]
    pages += [ben.get(f"{deliveries}{more}").text for more in ("", f"/deliveries/{delivery.id}")]
    pages += [
        ben.get(f"{HOME}/runs/{run.id}{more}").text
        for run in (first, again)
        for more in ("", "/log", "/record")
    ]
    pages.append(ben.get(f"{HOME}/runs/{again.id}/comparison").text)
    pages.append(ben.get(f"{HOME}/runs/{first.id}/repeats/new").text)
    assert [found_in(page) for page in pages if found_in(page)] == []
    assert found_in(everything_stored(engine)) == []
    with valkey.client() as held:
        assert found_in(everything_in(held)) == []


@on_both
def test_nobody_who_is_asked_gets_it(
    client: FlaskClient,
    session: Session,
    engine: Engine,
    settings: Settings,
    keyring: Keyring,
    cast: Cast,
    switched_on: SwitchOn,
    calls: str,
    house: House,
    browser: OpenBrowser,
    caplog: pytest.LogCaptureFixture,
) -> None:
    house.open_worker()
    with Loopback(echo) as service, caplog.at_level(logging.DEBUG):
        (hook,) = triggers_of(session, switched_on(asking(service.url, calls)))
        client.post(f"/hooks/{hook.token}", json={"order": 17})
        (run,) = all_runs(session)
        until(lambda: _asks(session, run))
        approval = session.scalars(select(Approval)).one()
        mailing.tell_due(
            database.session_factory(engine), Post(keyring=keyring, public_url=PUBLIC_URL)
        )
        session.rollback()
        mails = session.scalars(select(Mail)).all()
        letters = [f"{mail.subject}\n{outbox.text_of(keyring, mail)}" for mail in mails]
        link = re.findall(rf"{PUBLIC_URL}(/answers/\S+)", letters[0])[0]
        olga = browser(cast.olga)
        pages = [
            olga.get(f"{HOME}/{page}").text
            for page in (
                "",
                "approvals",
                "attention",
                "notices",
                f"approvals/{approval.id}",
                f"runs/{run.id}",
            )
        ]
        pages.append(client.get(link).text)
        pages.append(browser(cast.ada).get(f"{HOME}/outbox/{mails[0].id}").text)
        told = caplog.text
    assert len(letters) == 3
    assert "[hidden]" in letters[0]
    assert [found_in(text) for text in [*letters, *pages, told] if found_in(text)] == []
    assert found_in(everything_stored(engine)) == []


def _asks(session: Session, run: Run) -> bool:
    session.rollback()
    session.refresh(run)
    return run.status is RunStatus.WAITING
