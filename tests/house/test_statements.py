"""A page asks the database a known number of times, however much there is to show."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app import database
from app.accounts.recent_logins import RecentLogins
from app.agents import creation, drafts
from app.agents.models import Agent
from app.engine.states import RunStatus, StepStatus, TriggerType
from app.lib import clock
from app.queue import LiveKeys, connection
from app.runs import starting
from app.runs.models import Run, RunLog, RunNode
from app.runs.starting import Start
from app.settings import Settings
from app.vault import connections
from app.vault.connections import Wishes
from app.vault.keys import Keyring
from app.vault.sign_in import SignIn
from app.versions import publication
from tests.cast import Cast, sign_in
from tests.runs.flows import answer, form, http, in_a_row
from tests.statements import statements

HOME = "/w/harbour-pine"

# Each page with its statements. All of them ask who is a member here; whole pages ask for the
# person's workspaces and for the number of live runs. Lower a number when you can.
STATEMENTS = {
    "home": 9,
    "attention": 5,
    "agents": 5,
    "agent": 12,
    "editor": 10,
    "canvas": 10,
    "run form": 8,
    "runs": 5,
    "failed run": 8,
    "failed run again": 11,
    "failed run compared": 8,
    "failed runs together": 12,
    "live run": 7,
    "live run asked again": 5,
    "live run with nothing new": 1,
    "people": 5,
    "connections": 4,
}


@dataclass(frozen=True, kw_only=True)
class Filled:
    """What fills the harbour: agents that call a service, and what became of their runs."""

    agents: list[Agent]
    failed: Run
    live: Run

    @property
    def addresses(self) -> dict[str, str]:
        """Where each page is; the live run has the mark `1.4`."""
        agent = f"{HOME}/agents/{self.agents[0].slug}"
        live = f"{HOME}/runs/{self.live.id}"
        return {
            "home": f"{HOME}/",
            "attention": f"{HOME}/attention",
            "agents": f"{HOME}/agents",
            "agent": agent,
            "editor": f"{agent}/edit",
            "canvas": f"{agent}/canvas",
            "run form": f"{agent}/runs/new",
            "runs": f"{HOME}/runs",
            "failed run": f"{HOME}/runs/{self.failed.id}",
            "failed run again": f"{HOME}/runs/{self.failed.id}/repeats/new?from=call0000",
            "failed run compared": f"{HOME}/runs/{self.failed.id}/comparison",
            "failed runs together": f"{HOME}/runs/continuations/new?agent={self.agents[0].slug}",
            "live run": live,
            "live run asked again": f"{live}/live?seen=1.3&at=9999999999",
            "live run with nothing new": f"{live}/live?seen=1.4&at=9999999999",
            "people": f"{HOME}/people",
            "connections": f"{HOME}/connections",
        }


@pytest.fixture
def keyring(app: Flask, settings: Settings, session: Session) -> Keyring:
    """The keyring of this installation."""
    return Keyring.of(settings, database.session_factory(session.get_bind()))


@pytest.fixture
def filled(session: Session, settings: Settings, cast: Cast, keyring: Keyring) -> Filled:
    """Six agents of Ada's: each has run well, failed and begun again."""
    agents = [_agent(session, keyring, cast, number) for number in range(6)]
    runs: list[Run] = []
    for status in (RunStatus.SUCCESS, RunStatus.FAILED, RunStatus.RUNNING):
        runs += [_run(session, keyring, cast, agent, status) for agent in agents]
    redis = connection(settings.redis_url)
    LiveKeys(redis).put_one(cast.harbour.id, runs[-1].id, "1.4")
    redis.close()
    return Filled(agents=agents, failed=runs[len(agents)], live=runs[-1])


def test_pages_stay_within_their_statements(
    app: Flask,
    client: FlaskClient,
    session: Session,
    cast: Cast,
    filled: Filled,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(RecentLogins, "MAX_AGE_S", 3_600.0)  # or a slow machine asks once more
    sign_in(client, session, cast.ada)
    client.get("/account")
    asked = {}
    for name, address in filled.addresses.items():
        with statements(app) as said:
            status = client.get(address).status_code
        assert status == (204 if name.endswith("nothing new") else 200), name
        asked[name] = len(said)
    assert asked == STATEMENTS


def _agent(session: Session, keyring: Keyring, cast: Cast, number: int) -> Agent:
    with database.writing(session):
        post = connections.create(
            session,
            keyring,
            workspace=cast.harbour,
            by=cast.ada.id,
            sign_in=SignIn.BEARER,
            wishes=Wishes(name=f"Post {number}", hosts=("api.example.com",), secret="canary"),
        )
        call = http("call", "https://api.example.com/", connection=str(post.id))
        flow = in_a_row(form("name"), call, answer("{{ trigger.name }}"))
        agent = creation.create(
            session, cast.harbour, by=cast.ada, name=f"Agent {number}", graph=flow
        )
        publication.publish(session, agent, by=cast.ada, expected_revision=1)
    return agent


def _run(session: Session, keyring: Keyring, cast: Cast, agent: Agent, status: RunStatus) -> Run:
    begin = Start(payload={"name": "Ada"}, trigger_type=TriggerType.MANUAL, by=cast.ada)
    now = clock.now()
    ended = status is not RunStatus.RUNNING
    with database.writing(session):
        version = drafts.draft_of(session, agent)
        run = starting.start(session, keyring, agent=agent, version=version, begin=begin)
        session.flush()
        run.status, run.claim, run.seq = status, 1, 4
        run.started_at, run.finished_at = now - timedelta(seconds=2), now if ended else None
        if status is RunStatus.FAILED:
            run.failed_node_id, run.error_message = "call0000", "The service did not answer."
        agent.last_active = now
        session.add_all(_recorded(run))
    return run


def _recorded(run: Run) -> Iterator[RunNode | RunLog]:
    ids = {"run_id": run.id, "workspace_id": run.workspace_id}
    for number, (step, kind) in enumerate(
        (("start000", "start_form"), ("call0000", "http_request"))
    ):
        yield RunNode(
            **ids,
            node_id=step,
            node_type=kind,
            status=StepStatus.SUCCESS,
            started_at=run.started_at,
            finished_at=run.finished_at,
        )
        yield RunLog(**ids, seq=number + 1, at=run.started_at, node_id=step, text="Began")
