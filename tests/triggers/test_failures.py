"""Another agent failed: who hears of it, what they are told, and that it never goes round."""

import uuid

import pytest
from sqlalchemy.orm import Session

from app import database
from app.agents import lifecycle
from app.agents.models import Agent
from app.engine.graph import Graph
from app.engine.states import RunMode, TriggerType
from app.runs.models import Run
from app.triggers import failures
from app.vault.keys import Keyring
from tests.cast import Cast
from tests.databases import on_both
from tests.runs.conftest import StartRun
from tests.runs.flows import answer, greeting, in_a_row, step
from tests.runs.pages import all_runs
from tests.triggers.conftest import SwitchOn, triggers_of


def listening(to: str = "") -> Graph:
    """Tells of a failure."""
    return in_a_row(step("start", "start_failure", {"agent": to}), answer("Oh no"))


@pytest.fixture
def worker(switched_on: SwitchOn) -> Agent:
    """An agent that does the work, published and on."""
    return switched_on(greeting(), "Worker")


@pytest.fixture
def failed(start_run: StartRun, session: Session) -> object:
    """A run of an agent's published version."""

    def make(agent: Agent, **changes: object) -> Run:
        run = start_run(agent, {"name": "Ada"})
        with database.writing(session):
            run.agent_version_id = agent.active_version_id  # type: ignore[assignment]
            for name, value in changes.items():
                setattr(run, name, value)
        return run

    return make


def tell(session: Session, keyring: Keyring, run: Run) -> bool:
    """The worker ends the run."""
    with database.writing(session):
        return failures.run_failed(
            session,
            keyring,
            run=run,
            sentence="The shop did not answer.",
            public_url="https://lamp.example",
        )


def started(session: Session, agent: Agent) -> list[Run]:
    """The runs of this agent."""
    return [run for run in all_runs(session) if run.agent_id == agent.id]


@on_both
def test_it_works(
    session: Session, keyring: Keyring, worker: Agent, failed: object, switched_on: SwitchOn
) -> None:
    listener = switched_on(listening(), "Listener")
    run: Run = failed(worker)  # type: ignore[operator]
    assert tell(session, keyring, run)
    assert tell(session, keyring, run)
    (heard,) = started(session, listener)
    assert heard.trigger_type is TriggerType.OTHER
    assert heard.trigger_words == "“Worker” failed"
    payload = dict(heard.trigger_payload)
    assert payload.pop("failed_at")
    assert payload == {
        "agent": "Worker",
        "run": str(run.id),
        "sentence": "The shop did not answer.",
        "link": f"https://lamp.example/w/harbour-pine/runs/{run.id}",
        "input": {"name": "Ada"},
    }


def test_only_the_agent_that_is_watched(
    session: Session, keyring: Keyring, worker: Agent, failed: object, switched_on: SwitchOn
) -> None:
    other = switched_on(greeting(), "Other")
    listener = switched_on(listening(str(worker.id)), "Listener")
    assert not tell(session, keyring, failed(other))  # type: ignore[operator]
    assert tell(session, keyring, failed(worker))  # type: ignore[operator]
    assert len(started(session, listener)) == 1


@pytest.mark.parametrize("change", [{"mode": RunMode.REHEARSAL}, {"only_node_id": "greet000"}])
def test_a_rehearsal_or_a_try_is_nothing_to_hear_of(
    session: Session,
    keyring: Keyring,
    worker: Agent,
    failed: object,
    switched_on: SwitchOn,
    change: dict[str, object],
) -> None:
    switched_on(listening(), "Listener")
    assert not tell(session, keyring, failed(worker, **change))  # type: ignore[operator]


def test_a_draft_is_nothing_to_hear_of(
    session: Session,
    keyring: Keyring,
    worker: Agent,
    start_run: StartRun,
    switched_on: SwitchOn,
) -> None:
    switched_on(listening(), "Listener")
    assert not tell(session, keyring, start_run(worker, {"name": "Ada"}))


def test_one_that_is_off_hears_nothing(
    session: Session,
    keyring: Keyring,
    worker: Agent,
    failed: object,
    switched_on: SwitchOn,
    cast: Cast,
) -> None:
    listener = switched_on(listening(), "Listener")
    with database.writing(session):
        lifecycle.switch_off(session, listener, by=cast.ben)
    assert not tell(session, keyring, failed(worker))  # type: ignore[operator]


def test_it_never_goes_round(
    session: Session, keyring: Keyring, worker: Agent, failed: object, switched_on: SwitchOn
) -> None:
    one = switched_on(listening(), "One")
    two = switched_on(listening(), "Two")
    tell(session, keyring, failed(worker))  # type: ignore[operator]
    (heard,) = started(session, one)
    assert len(started(session, two)) == 1
    assert not tell(session, keyring, heard)

    child: Run = failed(worker, parent_run=heard.id)  # type: ignore[operator]
    assert not tell(session, keyring, child)
    assert len(started(session, one)) == len(started(session, two)) == 1


def test_an_agent_does_not_hear_of_itself(
    session: Session, keyring: Keyring, failed: object, switched_on: SwitchOn
) -> None:
    listener = switched_on(listening(), "Listener")
    assert not tell(session, keyring, failed(listener))  # type: ignore[operator]


def test_another_workspace_hears_nothing(
    session: Session, keyring: Keyring, worker: Agent, failed: object, switched_on: SwitchOn
) -> None:
    listener = switched_on(listening(), "Listener")
    (trigger,) = triggers_of(session, listener)
    stranger: Run = failed(worker)  # type: ignore[operator]
    session.expunge(stranger)
    stranger.workspace_id = uuid.uuid4()
    assert trigger.workspace_id != stranger.workspace_id
    assert failures._listeners(session, stranger) == []


def test_a_listener_in_trouble_lets_the_run_end(
    session: Session, worker: Agent, failed: object, switched_on: SwitchOn, engine: object
) -> None:
    switched_on(listening(), "Listener")
    run: Run = failed(worker)  # type: ignore[operator]
    keyless = Keyring([], database.session_factory(session.get_bind()))  # type: ignore[arg-type]
    with database.writing(session):
        run.summary = "It ends all the same"
        assert not failures.run_failed(session, keyless, run=run, sentence="No.")
    session.rollback()
    session.refresh(run)
    assert run.summary == "It ends all the same"
