"""How agents come into being."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import database
from app.agents import creation, drafts
from app.agents.models import Agent, AgentStatus, EdgeRow, NodeRow
from app.audit.models import AuditEvent
from tests.cast import Cast
from tests.databases import on_both


@on_both
def test_an_empty_agent_has_one_step_and_is_off(session: Session, cast: Cast) -> None:
    with database.writing(session):
        agent = creation.create(session, cast.harbour, by=cast.ben, name="Sort enquiries")
    graph = drafts.draft_of(session, agent).flow_graph.graph
    assert [step.type for step in graph.steps] == ["start_form"]
    assert (agent.slug, agent.status) == ("sort-enquiries", AgentStatus.INACTIVE)
    assert agent.owner.id == cast.ben.id


@on_both
def test_the_graph_is_also_kept_as_rows(session: Session, agent: Agent) -> None:
    flow_graph = drafts.draft_of(session, agent).flow_graph
    rows = session.scalars(select(NodeRow).where(NodeRow.flow_graph_id == flow_graph.id)).all()
    assert {(row.node_id, row.type, row.name) for row in rows} == {
        (step.id, step.type, step.name) for step in flow_graph.graph.steps
    }
    (link,) = flow_graph.graph.links
    (edge,) = session.scalars(select(EdgeRow).where(EdgeRow.flow_graph_id == flow_graph.id))
    assert (edge.source, edge.source_port, edge.target) == (link.source, "out", link.target)


def test_creation_leaves_an_audit_event(session: Session, agent: Agent, cast: Cast) -> None:
    (event,) = session.scalars(select(AuditEvent).where(AuditEvent.action == "agent_created"))
    assert (event.actor_id, event.subject) == (cast.ben.id, "Greeter")


def test_a_copy_has_the_same_steps_and_a_history_of_its_own(
    session: Session, agent: Agent, cast: Cast
) -> None:
    with database.writing(session):
        copy = creation.duplicate(session, agent, by=cast.ada)
    assert (copy.name, copy.slug) == ("Copy of Greeter", "copy-of-greeter")
    assert copy.user_id == cast.ada.id
    original = drafts.draft_of(session, agent)
    copied = drafts.draft_of(session, copy)
    assert copied.flow_graph.graph == original.flow_graph.graph
    assert copied.flow_graph_id != original.flow_graph_id


def test_the_name_of_a_copy_fits_too(session: Session, cast: Cast) -> None:
    with database.writing(session):
        agent = creation.create(session, cast.harbour, by=cast.ben, name="x" * 80)
        copy = creation.duplicate(session, agent, by=cast.ben)
    assert len(copy.name) == 80
