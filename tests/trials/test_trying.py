"""A try is a run of one step on values handed over to it, by a real worker."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import database
from app.agents import drafts
from app.agents.models import Agent
from app.engine.graph import Graph
from app.engine.states import RunMode, RunStatus
from app.notices.models import Notice
from app.runs import overview
from app.runs.models import Run, RunNode
from app.settings import Settings
from app.trials import trying
from app.trials.trying import Trial
from app.vault.keys import Keyring
from tests.cast import Cast
from tests.databases import on_both
from tests.loopback import Loopback, reply
from tests.runs.conftest import MakeAgent
from tests.runs.flows import answer, form, http, in_a_row, set_values, step
from tests.runs.house import House, has_ended, until

Try = Callable[..., Run]


@pytest.fixture
def try_step(session: Session, keyring: Keyring, cast: Cast, house: House) -> Try:
    """Tries a step of an agent and waits for the end."""
    house.open_worker()

    def one(agent: Agent, word: str, outputs: dict[str, Any], **options: Any) -> Run:
        graph: Graph = agent_graph(session, agent)
        trial = Trial(
            outputs={key.ljust(8, "0"): value for key, value in outputs.items()},
            mode=options.get("mode", RunMode.LIVE),
            by=cast.ben,
            key=options.get("key"),
        )
        with database.writing(session):
            chosen = graph.step(word.ljust(8, "0"))
            run = trying.start(session, keyring, agent=agent, step=chosen, trial=trial)
        until(lambda: has_ended(session, run))
        return run

    return one


def agent_graph(session: Session, agent: Agent) -> Graph:
    """The draft as it stands."""

    return drafts.draft_of(session, agent).flow_graph.graph


def _gave(session: Session, run: Run, word: str) -> Any:
    return session.scalars(
        select(RunNode.output).where(
            RunNode.run_id == run.id, RunNode.node_id == word.ljust(8, "0")
        )
    ).one()


@on_both
def test_it_works(session: Session, agent: Agent, try_step: Try) -> None:
    run = try_step(agent, "greet", {"start": {"name": "Ada"}})
    assert run.status is RunStatus.SUCCESS
    assert _gave(session, run, "greet") == {"greeting": "Hello Ada"}
    nodes = session.scalars(select(RunNode.node_id).where(RunNode.run_id == run.id)).all()
    assert sorted(nodes) == ["greet000", "start000"]  # nothing behind it began
    assert (run.only_node_id, run.trigger_words) == ("greet000", "Tried “Greet”")


def test_a_start_begins_with_what_it_is_given(
    session: Session, agent: Agent, try_step: Try
) -> None:
    run = try_step(agent, "start", {"start": {"name": "Olga"}})
    assert _gave(session, run, "start") == {"name": "Olga"}


def test_the_same_form_sent_twice_is_one_try(session: Session, agent: Agent, try_step: Try) -> None:
    first = try_step(agent, "greet", {"start": {"name": "Ada"}}, key="once")
    assert try_step(agent, "greet", {"start": {"name": "Ada"}}, key="once").id == first.id


def test_a_rehearsed_write_arrives_nowhere(
    session: Session, settings: Settings, make_agent: MakeAgent, try_step: Try
) -> None:
    with Loopback(lambda _got: reply(body=b"{}")) as service:
        flow = in_a_row(form("name"), http("send", service.url, "POST"), answer("x"))
        run = try_step(make_agent(flow), "send", {}, mode=RunMode.REHEARSAL)
        assert _gave(session, run, "send")["rehearsed"] is True
        assert service.received == []


def test_merge_gathers_what_was_handed_over(
    session: Session, make_agent: MakeAgent, try_step: Try
) -> None:
    flow = in_a_row(form("name"), set_values("one", x="1"), step("both", "merge"), answer("x"))
    run = try_step(make_agent(flow), "both", {"one": {"x": "7"}})
    assert run.status is RunStatus.SUCCESS
    assert "7" in str(_gave(session, run, "both"))


def test_a_failed_try_is_nobodys_failure(
    session: Session, cast: Cast, make_agent: MakeAgent, try_step: Try
) -> None:
    flow = in_a_row(form("name"), step("halt", "stop_with_error", {"message": "No."}))
    run = try_step(make_agent(flow), "halt", {})
    assert run.status is RunStatus.FAILED
    assert overview.needs_attention(session, cast.harbour, limit=5) == []
    assert overview.last_runs(session, cast.harbour, limit=5) == []
    assert session.scalars(select(Notice)).all() == []
