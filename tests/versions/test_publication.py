"""Publishing freezes all that decides how an agent behaves."""

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app import database
from app.agents import drafts, lifecycle
from app.agents.drafts import DraftMoved
from app.agents.lifecycle import SwitchRefused
from app.agents.models import Agent, FlowGraph, NodeRow, VersionStatus
from app.audit.models import AuditEvent
from app.engine import edit
from app.engine.errors import EditRefused
from app.engine.graph import Graph
from app.nodes.catalogue import CATALOGUE
from app.versions import directory, publication
from app.versions.publication import PublicationRefused
from tests.cast import Cast
from tests.databases import on_both
from tests.versions.conftest import Change, Publish, rename


def with_an_empty_answer(graph: Graph) -> Graph:
    """An answer without a text, which is an error."""
    step = graph.order[1]
    return edit.set_fields(graph, step.id, {**step.fields, "text": ""})


@on_both
def test_the_first_version_is_1_0_0_and_active(
    session: Session, agent: Agent, publish: Publish, cast: Cast
) -> None:
    version = publish(note="First try")
    assert (version.version, version.version_number) == ("1.0.0", 1)
    assert (version.status, version.note) == (VersionStatus.ACTIVE, "First try")
    assert version.author.id == cast.ben.id
    assert (agent.active_version_id, agent.version) == (version.id, "1.0.0")
    assert agent.active_version is not None
    assert version.flow_graph.is_frozen
    assert not agent.is_on, "publishing and switching on are two things"


@on_both
def test_one_version_is_active_and_the_earlier_ones_are_kept(
    session: Session, agent: Agent, publish: Publish, change: Change
) -> None:
    first = publish()
    change(rename("Welcome"))
    second = publish(version="2.0.0")
    session.expire_all()
    assert [one.version for one in directory.published_versions(session, agent)] == [
        "2.0.0",
        "1.0.0",
    ]
    assert (first.status, second.status) == (VersionStatus.ARCHIVED, VersionStatus.ACTIVE)
    assert [step.name for step in first.flow_graph.graph.order] == ["Ask", "Greet"]
    assert _rows_of(session, first.flow_graph) == 0, "only drafts and active versions have rows"
    assert _rows_of(session, second.flow_graph) == 2


def test_a_published_version_keeps_what_it_said(
    session: Session, agent: Agent, publish: Publish, change: Change
) -> None:
    version = publish()
    spec = dict(version.spec_json)
    with database.writing(session):
        agent.system_message = "Be brief."
    change(rename("Welcome"))
    session.expire_all()
    assert version.spec_json == spec
    assert spec["graph"] == version.flow_graph.digest
    assert set(spec) == {
        "schema",
        "graph",
        "type",
        "system_message",
        "config",
        "capabilities",
        "command",
        "models",
        "triggers",
    }
    start = version.flow_graph.graph.order[0]
    assert spec["triggers"] == [{"step": start.id, "type": "start_form"}]


def test_the_number_follows_from_the_change(publish: Publish, change: Change) -> None:
    publish()
    change(rename("Welcome"))
    assert publish().version == "1.0.1", "other words are a fix"
    change(a_pause)
    assert publish().version == "1.1.0", "another step is a feature"
    change(a_question_that_must_be_answered)
    assert publish().version == "2.0.0", "who starts it has to say more now"


@pytest.mark.parametrize("wanted", ["1.0.0", "0.9.9", "1.2", "1.2.3.4", "v2", "1.02.0", "1.0.0\n"])
def test_a_version_has_three_numbers_and_is_later(
    publish: Publish, change: Change, wanted: str
) -> None:
    publish()
    change(rename("Welcome"))
    with pytest.raises(EditRefused, match="version"):
        publish(version=wanted)


def test_a_draft_with_errors_is_refused_with_its_problems(
    session: Session, agent: Agent, publish: Publish, change: Change
) -> None:
    change(with_an_empty_answer)
    with pytest.raises(PublicationRefused) as refused:
        publish()
    (problem,) = refused.value.problems
    assert problem.field == "text"
    session.rollback()
    assert not agent.is_published
    assert not drafts.draft_of(session, agent).flow_graph.is_frozen


def test_nothing_new_is_not_published_twice(
    session: Session, agent: Agent, publish: Publish
) -> None:
    publish()
    with pytest.raises(EditRefused, match=r"since version 1\.0\.0"):
        publish()
    session.rollback()
    assert len(directory.published_versions(session, agent)) == 1


def a_pause(graph: Graph) -> Graph:
    """A pause before the answer."""
    return edit.add_step(graph, CATALOGUE["wait"], after=graph.order[0].id)[0]


def a_question_that_must_be_answered(graph: Graph) -> Graph:
    """One more question at the start."""
    start = graph.order[0]
    asked = {"label": "Age", "key": "age", "kind": "number", "required": True}
    row = {**asked, "options": [], "hint": ""}
    rows = [*start.fields["inputs"], row]  # type: ignore[misc]
    return edit.set_fields(graph, start.id, {**start.fields, "inputs": rows})


def test_a_change_beside_the_steps_is_news_too(
    session: Session, agent: Agent, publish: Publish
) -> None:
    publish()
    with database.writing(session):
        agent.system_message = "Be brief."
    assert publish().version == "1.0.1"


def test_what_is_published_is_what_the_person_saw(
    session: Session, agent: Agent, change: Change, cast: Cast
) -> None:
    change(rename("Welcome"))
    with pytest.raises(DraftMoved), database.writing(session):
        publication.publish(session, agent, by=cast.ada, expected_revision=1)


def test_an_earlier_version_comes_back_to_the_draft(
    session: Session, agent: Agent, publish: Publish, change: Change, cast: Cast
) -> None:
    first = publish()
    change(lambda graph: edit.add_step(graph, CATALOGUE["set_values"], after=graph.order[0].id)[0])
    with database.writing(session):
        drafts.bring_back(session, agent, version=first, by=cast.ada, expected_revision=2)
    draft = drafts.draft_of(session, agent)
    assert draft.flow_graph.graph == first.flow_graph.graph
    assert draft.flow_graph_id != first.flow_graph_id
    assert not publication.is_news(agent, draft.flow_graph.graph)


def test_only_a_published_agent_is_switched_on(
    session: Session, agent: Agent, publish: Publish, cast: Cast
) -> None:
    with pytest.raises(SwitchRefused, match="Publish"), database.writing(session):
        lifecycle.switch_on(session, agent, by=cast.ben)
    publish()
    with database.writing(session):
        lifecycle.switch_on(session, agent, by=cast.ben)
    assert agent.is_on


def test_putting_away_switches_off_and_coming_back_leaves_it_off(
    session: Session, agent: Agent, publish: Publish, cast: Cast
) -> None:
    publish()
    with database.writing(session):
        lifecycle.switch_on(session, agent, by=cast.ben)
        lifecycle.archive(session, agent, by=cast.ben)
    assert agent.is_archived
    with pytest.raises(SwitchRefused, match="put away"), database.writing(session):
        lifecycle.switch_on(session, agent, by=cast.ben)
    with database.writing(session):
        lifecycle.unarchive(session, agent, by=cast.ben)
    assert (agent.is_archived, agent.is_on) == (False, False)


def test_every_verb_leaves_its_event(
    session: Session, agent: Agent, publish: Publish, cast: Cast
) -> None:
    publish()
    with database.writing(session):
        lifecycle.switch_on(session, agent, by=cast.ada)
        lifecycle.switch_on(session, agent, by=cast.ada)
        lifecycle.switch_off(session, agent, by=cast.ada)
        lifecycle.describe(session, agent, by=cast.ada, name="Welcome desk", description="")
        lifecycle.describe(session, agent, by=cast.ada, name="Welcome desk", description="")
        lifecycle.archive(session, agent, by=cast.ada)
        lifecycle.unarchive(session, agent, by=cast.ada)
    actions = session.scalars(select(AuditEvent.action).order_by(AuditEvent.position)).all()
    assert actions == [
        "agent_created",
        "agent_published",
        "agent_switched_on",
        "agent_switched_off",
        "agent_described",
        "agent_archived",
        "agent_brought_back",
    ]


def _rows_of(session: Session, flow_graph: FlowGraph) -> int:
    count = select(func.count()).where(NodeRow.flow_graph_id == flow_graph.id)
    return session.scalar(count) or 0
