"""A trigger fires, or says why it does not."""

import threading
from dataclasses import replace

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from app import database
from app.agents import lifecycle
from app.engine.graph import Graph, Link
from app.engine.states import RunMode, RunStatus, TriggerType
from app.runs.models import Run
from app.triggers import firing
from app.triggers.firing import Fired, fire
from app.triggers.models import Trigger, WhenBusy
from app.vault.keys import Keyring
from tests.cast import Cast
from tests.databases import on_both
from tests.runs.conftest import MakeAgent, StartRun
from tests.runs.flows import answer, greeting, in_a_row, step
from tests.runs.pages import all_runs
from tests.triggers.conftest import Publish, SwitchOn, triggers_of
from tests.triggers.flows import scheduled


def fired(session: Session, keyring: Keyring, trigger: Trigger, key: str = "one") -> Fired:
    """Fire once, with a name in the payload."""
    with database.writing(session):
        return fire(
            session, keyring, trigger, payload={"name": "Ada"}, key=key, words="Form “Start”"
        )


def test_it_works(session: Session, keyring: Keyring, switched_on: SwitchOn) -> None:
    agent = switched_on(greeting())
    (trigger,) = triggers_of(session, agent)
    run = fired(session, keyring, trigger).run
    assert run is not None
    assert (run.agent_version_id, run.mode) == (agent.active_version_id, RunMode.LIVE)
    assert (run.trigger_type, run.trigger_id, run.start_node_id) == (
        TriggerType.FORM,
        trigger.id,
        "start000",
    )
    assert run.trigger_words == "Form “Start”"
    assert trigger.last_fired is not None


def test_the_same_key_is_one_run(session: Session, keyring: Keyring, switched_on: SwitchOn) -> None:
    (trigger,) = triggers_of(session, switched_on(greeting()))
    first, second = (fired(session, keyring, trigger).run for _ in range(2))
    assert first is not None
    assert first is second
    assert len(all_runs(session)) == 1


def test_an_agent_that_is_off_does_not_start(
    session: Session, keyring: Keyring, switched_on: SwitchOn, cast: Cast
) -> None:
    agent = switched_on(greeting())
    (trigger,) = triggers_of(session, agent)
    with database.writing(session):
        lifecycle.switch_off(session, agent, by=cast.ben)
    assert fired(session, keyring, trigger) == Fired(None, firing.SWITCHED_OFF)
    assert all_runs(session) == []


def test_a_start_that_is_gone_does_not_start(
    session: Session, keyring: Keyring, switched_on: SwitchOn, publish: Publish
) -> None:
    agent = switched_on(greeting())
    publish(agent, in_a_row(step("other", "start_form"), answer("Hello")))
    old = triggers_of(session, agent)[0]
    assert fired(session, keyring, old) == Fired(None, firing.GONE)


def one_at_a_time(session: Session, trigger: Trigger) -> Trigger:
    """The trigger, told to skip while the agent is busy."""
    with database.writing(session):
        trigger.when_busy = WhenBusy.SKIP
    return trigger


@pytest.mark.parametrize("status", [RunStatus.PENDING, RunStatus.RUNNING, RunStatus.WAITING])
def test_skipping_while_a_run_is_going(
    session: Session, keyring: Keyring, switched_on: SwitchOn, status: RunStatus
) -> None:
    (trigger,) = triggers_of(session, switched_on(greeting()))
    one_at_a_time(session, trigger)
    run = fired(session, keyring, trigger).run
    assert run is not None
    with database.writing(session):
        run.status = status
    assert fired(session, keyring, trigger, "two") == Fired(None, firing.STILL_RUNNING)
    assert fired(session, keyring, trigger).run is run
    with database.writing(session):
        run.status = RunStatus.SUCCESS
    assert fired(session, keyring, trigger, "two").run is not None


def test_a_rehearsal_keeps_nobody_waiting(
    session: Session, keyring: Keyring, switched_on: SwitchOn, start_run: StartRun
) -> None:
    agent = switched_on(greeting())
    (trigger,) = triggers_of(session, agent)
    one_at_a_time(session, trigger)
    start_run(agent, {"name": "Ada"}, mode=RunMode.REHEARSAL)
    assert fired(session, keyring, trigger).run is not None


def with_schedules() -> Graph:
    """A flow that begins at a form or at either of two schedules."""
    flow = greeting()
    first = scheduled().steps[0]
    others = [replace(first, id=f"{word}00000", key=word, name=word) for word in ("one", "two")]
    links = [
        Link(id=f"into0{number:03d}", source=one.id, source_port="out", target="greet000")
        for number, one in enumerate(others)
    ]
    return Graph(steps=(*flow.steps, *others), links=(*flow.links, *links))


@on_both
def test_fired_at_once_with_one_key_is_one_run(
    engine: Engine, session: Session, keyring: Keyring, switched_on: SwitchOn
) -> None:
    (trigger,) = triggers_of(session, switched_on(greeting()))
    runs = at_once(engine, keyring, trigger, keys=("same", "same", "same", "same"))
    assert len({run.id for run in runs if run}) == 1
    assert len(all_runs(session)) == 1


@on_both
def test_fired_at_once_while_skipping_is_one_run(
    engine: Engine, session: Session, keyring: Keyring, switched_on: SwitchOn
) -> None:
    (trigger,) = triggers_of(session, switched_on(greeting()))
    one_at_a_time(session, trigger)
    runs = at_once(engine, keyring, trigger, keys=("a", "b", "c", "d"))
    assert sum(1 for run in runs if run) == 1
    assert len(all_runs(session)) == 1


def at_once(
    engine: Engine, keyring: Keyring, trigger: Trigger, *, keys: tuple[str, ...]
) -> list[Run | None]:
    """Fire from several threads at the same moment."""
    sessions = database.session_factory(engine)
    gate = threading.Barrier(len(keys))
    found: list[Run | None] = []

    def act(key: str) -> None:
        gate.wait(timeout=10)
        with sessions() as session, database.writing(session):
            mine = session.get(Trigger, trigger.id)
            assert mine is not None
            found.append(
                fire(session, keyring, mine, payload={"name": "Ada"}, key=key, words="").run
            )

    threads = [threading.Thread(target=act, args=(key,)) for key in keys]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return found


def test_each_start_of_a_flow_is_a_trigger_of_its_own(
    session: Session, keyring: Keyring, switched_on: SwitchOn
) -> None:
    triggers = triggers_of(session, switched_on(with_schedules()))
    assert [one.node_id for one in triggers] == ["start000", "one00000", "two00000"]
    assert [one.next_due is not None for one in triggers] == [False, True, True]
    begun = [fired(session, keyring, one, one.node_id).run for one in triggers]
    assert [run.start_node_id for run in begun if run] == [one.node_id for one in triggers]


def test_nothing_fires_that_was_never_published(session: Session, make_agent: MakeAgent) -> None:
    assert triggers_of(session, make_agent(greeting())) == []
