"""The agents that come with Lamplight: made once, kept as they are, used by nobody else's flows."""

from dataclasses import replace

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app import database
from app.agents import creation, directory, drafts, lifecycle
from app.agents.models import Agent, AgentType, AgentVersion, Origin
from app.agents.surroundings import problems_of
from app.describing import built_in, built_in_flows
from app.engine.errors import EditRefused
from app.engine.graph import Graph
from app.versions import publication
from app.workspaces import founding
from tests.cast import Cast
from tests.databases import on_both
from tests.runs.conftest import MakeAgent
from tests.runs.flows import in_a_row, step


def _own(session: Session) -> dict[AgentType, Agent]:
    found = session.scalars(select(Agent).where(Agent.origin == Origin.LAMPLIGHT))
    return {one.type: one for one in found}


@on_both
def test_a_new_workspace_has_all_three_on_and_published(session: Session, cast: Cast) -> None:
    with database.writing(session):
        founding.found(session, "New place", owner=cast.dan)
    own = _own(session)
    assert set(own) == {
        AgentType.PROBLEM_UNDERSTANDING,
        AgentType.WORKFLOW_CREATOR,
        AgentType.CODE_GENERATOR,
    }
    assert all(one.is_on and one.is_published and one.is_built_in for one in own.values())


def test_making_them_again_changes_nothing(session: Session, cast: Cast, builder: Agent) -> None:
    versions = session.scalar(select(func.count()).select_from(AgentVersion))
    with database.writing(session):
        assert built_in.ensure(session, cast.harbour) is builder
    assert session.scalar(select(func.count()).select_from(AgentVersion)) == versions
    assert built_in.is_ready(session, cast.harbour)
    assert not built_in.is_ready(session, cast.elsewhere)


def test_a_new_lamplight_publishes_a_new_version(
    session: Session, cast: Cast, builder: Agent, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = builder.version
    monkeypatch.setattr(built_in_flows, "WELCOME", "Hello")
    assert not built_in.is_ready(session, cast.harbour)
    with database.writing(session):
        built_in.ensure(session, cast.harbour)
    assert (before, builder.version != before) == ("1.0.0", True)
    assert builder.active_version is not None
    assert builder.active_version.flow_graph.graph.steps[0].fields["welcome"] == "Hello"
    assert builder.is_built_in


def test_nobody_changes_them(session: Session, cast: Cast, builder: Agent) -> None:
    revision = drafts.draft_of(session, builder).flow_graph.revision
    attempts = (
        lambda: drafts.change(
            session,
            builder,
            by=cast.ada,
            expected_revision=revision,
            command=lambda graph: replace(graph, steps=graph.steps[:1], links=()),
        ),
        lambda: lifecycle.switch_off(session, builder, by=cast.ada),
        lambda: lifecycle.archive(session, builder, by=cast.ada),
        lambda: lifecycle.describe(session, builder, by=cast.ada, name="Mine", description=""),
        lambda: publication.publish(
            session, builder, by=cast.ada, expected_revision=revision, note="x"
        ),
    )
    for attempt in attempts:
        with pytest.raises(EditRefused), database.writing(session):
            attempt()
    assert builder.is_on


def test_their_steps_are_refused_in_other_flows(make_agent: MakeAgent, session: Session) -> None:
    agent = make_agent(
        in_a_row(step("start", "start_chat"), step("grasp", "understand_wish")), "Sneaky"
    )
    graph = drafts.draft_of(session, agent).flow_graph.graph
    errors = [one.text for one in problems_of(session, agent, graph) if one.severity == "error"]
    assert "Only agents that come with Lamplight can use this step." in errors


def test_others_neither_call_nor_count_them(
    session: Session, cast: Cast, builder: Agent, make_agent: MakeAgent
) -> None:
    assert not directory.has_any(session, cast.harbour)
    assert directory.count_on(session, cast.harbour) == 0
    assert directory.list_page(session, cast.harbour).agents == []
    assert len(directory.list_page(session, cast.harbour, built_in=True).agents) == 3
    other = make_agent(Graph.empty(), "Other")
    assert directory.names_to_call(session, cast.harbour.id, caller_id=other.id) == {}
    assert len(directory.names_to_call(session, cast.harbour.id, caller_id=builder.id)) == 2


def test_a_copy_is_an_agent_like_any_other(session: Session, cast: Cast, builder: Agent) -> None:
    with database.writing(session):
        copy = creation.duplicate(session, builder, by=cast.ben)
    assert (copy.is_built_in, copy.origin) == (False, Origin.MADE_HERE)
