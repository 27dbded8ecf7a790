"""Agents that come with Lamplight: nobody here changes them, but copies are everybody's."""

from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from app import database
from app.agents import creation, drafts, lifecycle
from app.agents.models import Agent, AgentType
from app.engine import edit
from app.engine.errors import EditRefused
from app.versions import publication
from tests.cast import Cast


@pytest.fixture
def built_in(session: Session, agent: Agent) -> Agent:
    """The greeter, as if Lamplight had brought it along."""
    with database.writing(session), lifecycle.keeping(agent, built_in="greeter"):
        agent.type = AgentType.SYSTEM
    return agent


@pytest.mark.parametrize("what", ["describe", "archive", "switch_off", "change", "publish"])
def test_nobody_changes_it(
    session: Session, built_in: Agent, cast: Cast, revision: Callable[[], int], what: str
) -> None:
    now = revision()
    acts: dict[str, Callable[[], object]] = {
        "describe": lambda: lifecycle.describe(
            session, built_in, by=cast.ada, name="Mine", description=""
        ),
        "archive": lambda: lifecycle.archive(session, built_in, by=cast.ada),
        "switch_off": lambda: lifecycle.refuse_built_in(built_in),
        "change": lambda: drafts.change(
            session,
            built_in,
            by=cast.ada,
            expected_revision=now,
            command=lambda graph: edit.rename_step(graph, graph.order[1].id, "Mine"),
        ),
        "publish": lambda: publication.publish(
            session, built_in, by=cast.ada, expected_revision=now
        ),
    }
    with pytest.raises(EditRefused, match="comes with Lamplight"), database.writing(session):
        acts[what]()
    assert built_in.name == "Greeter"


def test_lamplight_itself_changes_it_and_keeps_the_mark(
    session: Session, built_in: Agent, cast: Cast, revision: Callable[[], int]
) -> None:
    now = revision()
    with database.writing(session), lifecycle.keeping(built_in, built_in="greeter"):
        publication.publish(session, built_in, by=cast.ada, expected_revision=now)
        lifecycle.switch_on(session, built_in, by=cast.ada)
    session.expire_all()
    assert built_in.is_built_in
    assert built_in.is_on


def test_a_copy_is_like_any_other_agent(session: Session, built_in: Agent, cast: Cast) -> None:
    with database.writing(session):
        copy = creation.duplicate(session, built_in, by=cast.ben)
    assert not copy.is_built_in
    assert copy.type is AgentType.TASK_EXECUTOR
