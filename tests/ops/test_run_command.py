"""`lamplight run`: an agent from a shell, as one of its people."""

import io
import json

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import database
from app.agents import drafts, lifecycle, settings
from app.agents.models import Agent
from app.commands.__main__ import main
from app.engine.graph import Graph
from app.engine.states import RunStatus, TriggerType
from app.runs.models import Run
from app.settings import Settings
from app.versions import publication
from tests.cast import Cast
from tests.runs.conftest import MakeAgent, agent, house, make_agent, nursery
from tests.runs.flows import answer, form, greeting, in_a_row, step
from tests.runs.house import House

__all__ = ["agent", "house", "make_agent", "nursery"]

BEN = ("--as", "ben@harbour.example")


@pytest.fixture(autouse=True)
def _environment(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command finds this test's installation, as it would from a shell."""
    monkeypatch.setenv("LAMPLIGHT_DATA", str(settings.data_dir))
    monkeypatch.setenv("LAMPLIGHT_DATABASE_URL", settings.database_url)
    monkeypatch.setenv("REDIS_URL", settings.redis_url)


def published(session: Session, agent: Agent, cast: Cast, command: str = "greet") -> Agent:
    """The agent with a version and a command."""
    with database.writing(session):
        revision = drafts.draft_of(session, agent).flow_graph.revision
        publication.publish(
            session,
            agent,
            by=cast.ben,
            expected_revision=revision,
        )
        settings.set_command(session, agent, by=cast.ben, command=command)
    return agent


def talking() -> Graph:
    """Answers a message."""
    return in_a_row(
        step("chat", "start_chat"), answer("You said {{ trigger.text }}, {{ trigger.person.name }}")
    )


def test_it_prints_the_answer(
    session: Session,
    house: House,
    agent: Agent,
    cast: Cast,
    capsys: pytest.CaptureFixture[str],
) -> None:
    published(session, agent, cast)
    house.open_worker()
    assert main(["run", "greet", *BEN, "--input", "name=Ada"]) == 0
    assert capsys.readouterr().out == "Hello Ada\n"
    run = session.scalars(select(Run)).one()
    assert (run.started_by, run.trigger_type) == (cast.ben.id, TriggerType.MANUAL)
    assert run.agent_version_id == agent.active_version_id
    assert run.trigger_words == "Command line"


def test_it_reads_standard_input_and_writes_json(
    session: Session,
    house: House,
    make_agent: MakeAgent,
    cast: Cast,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    published(session, make_agent(talking(), "Talker"), cast, "talk")
    house.open_worker()
    monkeypatch.setattr("sys.stdin", io.StringIO("good day"))
    assert main(["run", "/talk", *BEN, "--input", "-", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["status"], told["answer"]) == ("success", "You said good day, Ben")
    monkeypatch.setattr("sys.stdin", io.StringIO('{"text": "good night"}'))
    assert main(["run", "talker", *BEN, "--input", "-"]) == 0
    assert capsys.readouterr().out == "You said good night, Ben\n"


def test_a_run_that_fails_has_its_own_code(
    session: Session,
    house: House,
    make_agent: MakeAgent,
    cast: Cast,
    capsys: pytest.CaptureFixture[str],
) -> None:
    stop = step("stop", "stop_with_error", {"sentence": "The harbour is closed."})
    published(session, make_agent(in_a_row(form("name"), stop), "Stopper"), cast, "halt")
    house.open_worker()
    assert main(["run", "halt", *BEN, "--input", "name=Ada"]) == 3
    assert "The harbour is closed." in capsys.readouterr().err


def test_it_need_not_wait(
    session: Session, agent: Agent, cast: Cast, capsys: pytest.CaptureFixture[str]
) -> None:
    published(session, agent, cast)
    assert main(["run", "greet", *BEN, "--input", "name=Ada", "--wait", "0"]) == 0
    run = session.scalars(select(Run)).one()
    assert capsys.readouterr().out == f"{run.id}\n"
    assert run.status is RunStatus.PENDING
    assert main(["run", "greet", *BEN, "--input", "name=Ada", "--wait", "0.1"]) == 5
    assert "has not begun. Is Lamplight running?" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["greet"], "Say who starts it: --as EMAIL."),
        (["greet", "--as", "eve@harbour.example"], "Nobody has an account"),
        (["greet", "--as", "cleo@harbour.example"], "may look at agents"),
        (["greet", "--as", "dan@harbour.example"], "There is no agent with the command"),
        (["greet", *BEN, "--workspace", "elsewhere"], "is in no workspace “elsewhere”"),
        (["sweep", *BEN], "There is no agent with the command"),
        (["greet", *BEN], "name: “Name” is needed."),
        (["greet", *BEN, "--input", "nme=Ada"], "It does not ask for nme. It asks for name."),
        (["greet", *BEN, "--input", "Ada"], "--input takes KEY=VALUE"),
    ],
)
def test_it_says_why_it_starts_nothing(
    session: Session,
    agent: Agent,
    cast: Cast,
    capsys: pytest.CaptureFixture[str],
    words: list[str],
    reason: str,
) -> None:
    published(session, agent, cast)
    assert main(["run", *words]) == 1
    assert reason in capsys.readouterr().err
    assert session.scalars(select(Run)).all() == []


def test_a_draft_and_an_agent_put_away_are_not_run(
    session: Session, make_agent: MakeAgent, cast: Cast, capsys: pytest.CaptureFixture[str]
) -> None:
    drafted = make_agent(greeting(), "Drafted")
    assert main(["run", "drafted", *BEN, "--input", "name=Ada"]) == 1
    assert "has not been published yet" in capsys.readouterr().err
    with database.writing(session):
        lifecycle.archive(session, drafted, by=cast.ben)
    assert main(["run", "drafted", *BEN, "--input", "name=Ada"]) == 1
    assert "was put away" in capsys.readouterr().err
