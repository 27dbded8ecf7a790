"""Home: the ways to begin, then what needs a person, what runs and what ran last."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete
from sqlalchemy.orm import Session

from app import database
from app.accounts.models import User
from app.agents import creation, drafts
from app.engine.states import Reason, RunStatus, TriggerType
from app.gallery.examples import all_examples, by_key
from app.lib import clock
from app.runs.models import Run
from app.workspaces.founding import found
from app.workspaces.models import Member
from tests.cast import Cast, sign_in

HOME = "/w/harbour-pine/"
AddRun = Callable[..., Run]


@pytest.fixture
def add_run(session: Session, cast: Cast) -> AddRun:
    """Adds a run of the example that splits a bill, in a given state."""
    example = by_key("split-a-bill")
    assert example
    with database.writing(session):
        agent = creation.create(
            session, cast.harbour, by=cast.ben, name=example.name, graph=example.graph
        )

    def add(status: RunStatus, **columns: object) -> Run:
        with database.writing(session):
            version = drafts.draft_of(session, agent)
            run = Run(
                workspace_id=cast.harbour.id,
                agent_id=agent.id,
                agent_version_id=version.id,
                flow_graph_id=version.flow_graph_id,
                trigger_type=TriggerType.MANUAL,
                status=status,
                started_at=clock.now(),
                **{"finished_at": clock.now() if status.is_final else None, **columns},
            )
            session.add(run)
        return run

    return add


@pytest.fixture
def home(app: Flask, session: Session) -> Callable[[User], str]:
    """Home as this person sees it."""

    def read(person: User) -> str:
        client: FlaskClient = sign_in(app.test_client(), session, person)
        answer = client.get(HOME)
        assert answer.status_code == 200
        return answer.text

    return read


def test_an_empty_workspace_offers_the_ways_to_begin(
    home: Callable[[User], str], cast: Cast
) -> None:
    page = home(cast.ada)
    assert page.count("Use this example") == len(all_examples())
    assert "Start with an empty flow" in page
    assert page.index("What should your agent do?") < page.index("Use this example")


def test_a_viewer_is_not_offered_what_they_may_not(home: Callable[[User], str], cast: Cast) -> None:
    page = home(cast.cleo)
    assert "No agents yet" in page
    assert "Use this example" not in page


def test_a_failure_needs_attention_until_the_agent_runs_well(
    home: Callable[[User], str], cast: Cast, add_run: AddRun
) -> None:
    add_run(RunStatus.FAILED, error_message="Nobody to pay.")
    assert 'aria-label="Needs attention"' in home(cast.olga)
    assert "1 thing needs you" in home(cast.olga)
    add_run(RunStatus.SUCCESS)
    assert 'aria-label="Needs attention"' not in home(cast.olga)
    assert "nothing needs you" in home(cast.olga)


def test_a_run_that_waits_for_a_person_needs_attention(
    home: Callable[[User], str], cast: Cast, add_run: AddRun
) -> None:
    add_run(RunStatus.WAITING, reason=Reason.NEEDS_YOU, error_message="Was it sent?")
    page = home(cast.olga)
    assert "Split a bill needs you" in page
    assert "Was it sent?" in page


def test_what_runs_now_lights_the_lamp(
    home: Callable[[User], str], cast: Cast, add_run: AddRun
) -> None:
    assert 'class="lamp lit"' not in home(cast.cleo)
    add_run(RunStatus.RUNNING, steps_total=5, steps_done=2)
    page = home(cast.cleo)
    assert "Running now" in page
    assert "Step 3 of 5" in page
    assert 'class="lamp lit"' in page


def test_the_front_door_leads_home(app: Flask, session: Session, cast: Cast) -> None:
    client = sign_in(app.test_client(), session, cast.dan)
    assert client.get("/").location == "/w/elsewhere/"


def test_the_front_door_leads_to_the_workspace_last_looked_at(
    app: Flask, session: Session, cast: Cast
) -> None:
    with database.writing(session):
        found(session, "Aardvark", owner=cast.ben)
    ben = sign_in(app.test_client(), session, cast.ben)
    assert ben.get("/").location == "/w/aardvark/"
    assert ben.get(HOME).status_code == 200
    assert ben.get("/").location == HOME
    assert 'href="/w/harbour-pine/agents"' in ben.get("/account").text


def test_a_workspace_one_has_left_is_forgotten(app: Flask, session: Session, cast: Cast) -> None:
    cleo = sign_in(app.test_client(), session, cast.cleo)
    cleo.get(HOME)
    with database.writing(session):
        session.execute(delete(Member).where(Member.user_id == cast.cleo.id))
    assert cleo.get("/").location == "/workspaces/new"
    assert "/w/harbour-pine/" not in cleo.get("/account").text
