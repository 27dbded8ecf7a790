"""The one door through which an agent's steps change."""

import uuid
from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import event, func, select
from sqlalchemy.orm import Session

from app import database
from app.agents import drafts, graph_rows, lifecycle
from app.agents.drafts import DraftMoved
from app.agents.models import Agent, EdgeRow, FlowGraph, NodeReference, NodeRow
from app.engine import edit
from app.engine.errors import EditRefused, GraphRefused
from app.engine.graph import Graph, Link, Step
from app.nodes.catalogue import CATALOGUE
from tests.agents.flows import named
from tests.cast import Cast
from tests.databases import on_both


def rename(name: str) -> drafts.Command:
    """Give the second step another name."""
    return lambda graph: edit.rename_step(graph, graph.order[1].id, name)


@on_both
def test_an_edit_is_saved_with_its_rows(session: Session, agent: Agent, cast: Cast) -> None:
    with database.writing(session):
        held = drafts.change(
            session, agent, by=cast.ben, expected_revision=1, command=rename("Welcome")
        )
    assert held.revision == 2
    assert held.digest == held.graph.digest
    names = session.scalars(select(NodeRow.name).where(NodeRow.flow_graph_id == held.id))
    assert set(names) == {"Ask", "Welcome"}


@on_both
def test_whoever_saves_second_is_told(session: Session, agent: Agent, cast: Cast) -> None:
    with database.writing(session):
        drafts.change(session, agent, by=cast.ben, expected_revision=1, command=rename("Welcome"))
    with pytest.raises(DraftMoved), database.writing(session):
        drafts.change(session, agent, by=cast.ada, expected_revision=1, command=rename("Hello"))
    assert named(drafts.draft_of(session, agent).flow_graph.graph, "Welcome")


def test_the_same_form_sent_twice_is_saved_once(session: Session, agent: Agent, cast: Cast) -> None:
    for _ in range(2):
        with database.writing(session):
            held = drafts.change(
                session, agent, by=cast.ben, expected_revision=1, command=rename("Welcome")
            )
    assert held.revision == 2


def test_a_step_that_somebody_removed_counts_as_a_conflict(
    session: Session, agent: Agent, cast: Cast, draft_graph: Callable[[], Graph]
) -> None:
    greet = named(draft_graph(), "Greet").id
    with database.writing(session):
        drafts.change(
            session,
            agent,
            by=cast.ada,
            expected_revision=1,
            command=lambda graph: edit.remove_step(graph, greet),
        )
    rename_it: drafts.Command = lambda graph: edit.rename_step(graph, greet, "Hi")  # noqa: E731
    with pytest.raises(DraftMoved), database.writing(session):
        drafts.change(session, agent, by=cast.ben, expected_revision=1, command=rename_it)
    with pytest.raises(EditRefused, match="no longer"), database.writing(session):
        drafts.change(session, agent, by=cast.ben, expected_revision=2, command=rename_it)


@on_both
def test_a_frozen_graph_is_copied_at_the_next_edit(
    session: Session, agent: Agent, cast: Cast
) -> None:
    with database.writing(session):
        frozen = drafts.draft_of(session, agent).flow_graph
        frozen.freeze()
    before = frozen.graph
    with database.writing(session):
        held = drafts.change(
            session, agent, by=cast.ben, expected_revision=1, command=rename("Welcome")
        )
    assert held.id != frozen.id
    assert (held.revision, held.is_frozen) == (2, False)
    assert session.get_one(FlowGraph, frozen.id).graph == before
    assert _rows_of(session, frozen) == 0, "nothing refers to the old graph but its runs"
    assert drafts.draft_of(session, agent).flow_graph_id == held.id


def test_freezing_twice_keeps_the_first_moment(session: Session, agent: Agent) -> None:
    with database.writing(session):
        graph = drafts.draft_of(session, agent).flow_graph
        graph.freeze()
        first = graph.frozen_at
        graph.freeze()
    assert graph.frozen_at == first


def test_an_agent_that_was_put_away_cannot_be_changed(
    session: Session, agent: Agent, cast: Cast
) -> None:
    with database.writing(session):
        lifecycle.archive(session, agent, by=cast.ben)
    with pytest.raises(EditRefused, match="put away"), database.writing(session):
        drafts.change(session, agent, by=cast.ben, expected_revision=1, command=rename("x"))


@on_both
def test_what_no_database_can_hold_is_replaced_before_the_digest_is_taken(
    session: Session, agent: Agent, cast: Cast
) -> None:
    def note(graph: Graph) -> Graph:
        return edit.set_options(graph, graph.order[1].id, note="a\x00b")

    with database.writing(session):
        drafts.change(session, agent, by=cast.ben, expected_revision=1, command=note)
    session.expire_all()
    held = drafts.draft_of(session, agent).flow_graph
    assert held.graph.order[1].note == "a\ufffdb"
    assert held.graph.digest == held.digest


def test_the_place_on_the_canvas_survives_an_edit_of_the_outline(
    session: Session, agent: Agent, cast: Cast
) -> None:
    def place(graph: Graph) -> Graph:
        return replace(graph, steps=tuple(replace(one, x=12, y=34) for one in graph.steps))

    with database.writing(session):
        drafts.change(session, agent, by=cast.ben, expected_revision=1, command=place)
        drafts.change(session, agent, by=cast.ben, expected_revision=2, command=rename("Hi"))
    steps = drafts.draft_of(session, agent).flow_graph.graph.steps
    assert {(step.x, step.y) for step in steps} == {(12, 34)}


def test_a_flow_that_grows_too_large_is_refused_and_nothing_is_lost(
    session: Session, agent: Agent, cast: Cast, draft_graph: Callable[[], Graph]
) -> None:
    def grow(graph: Graph) -> Graph:
        step = graph.order[1]
        return edit.set_fields(graph, step.id, {**step.fields, "text": "x" * 2_100_000})

    before = draft_graph()
    with pytest.raises((EditRefused, GraphRefused)), database.writing(session):
        drafts.change(session, agent, by=cast.ben, expected_revision=1, command=grow)
    assert draft_graph() == before


def test_rows_follow_a_graph_of_many_steps(session: Session, agent: Agent, cast: Cast) -> None:
    def grow(graph: Graph) -> Graph:
        for _ in range(40):
            graph, _step = edit.add_step(graph, CATALOGUE["set_values"], after=graph.order[0].id)
        return graph

    with database.writing(session):
        held = drafts.change(session, agent, by=cast.ben, expected_revision=1, command=grow)
        graph_rows.rewrite(session, held, before=held.graph)
    assert _rows_of(session, held) == 42


@on_both
def test_only_rows_that_differ_are_written(session: Session, agent: Agent, cast: Cast) -> None:
    """Rows of steps that moved stay; one that has a reference and another name keeps it."""
    connection = str(uuid.uuid4())
    fields = {**CATALOGUE["http_request"].initial_fields(), "connection": connection}
    call = Step("call0000", "http_request", "call", "Call", fields=fields)
    wait = Step("wait0000", "wait", "wait", "Wait")
    first = Graph(steps=(call, wait), links=(Link("link0000", "call0000", "out", "wait0000"),))
    second = replace(
        first, steps=(replace(call, name="Call it", x=8), replace(wait, id="wait0001")), links=()
    )
    with database.writing(session):
        drafts.change(session, agent, by=cast.ben, expected_revision=1, command=lambda _: first)
        held = drafts.change(
            session, agent, by=cast.ben, expected_revision=2, command=lambda _: second
        )
    here = NodeRow.flow_graph_id == held.id
    rows = session.execute(select(NodeRow.node_id, NodeRow.name).where(here)).all()
    assert sorted(tuple(row) for row in rows) == [("call0000", "Call it"), ("wait0001", "Wait")]
    assert session.scalars(select(EdgeRow.edge_id)).all() == []
    targets = session.scalars(select(NodeReference.target_id)).all()
    assert [str(one) for one in targets] == [connection]
    statements: list[str] = []
    event.listen(
        session.get_bind(), "before_cursor_execute", lambda *told: statements.append(told[2])
    )
    with database.writing(session):
        moved = replace(second, steps=tuple(replace(one, y=80) for one in second.steps))
        drafts.change(session, agent, by=cast.ben, expected_revision=3, command=lambda _: moved)
    assert [one for one in statements if "nodes" in one or "edges" in one] == []


def _rows_of(session: Session, flow_graph: FlowGraph) -> int:
    count = select(func.count()).where(NodeRow.flow_graph_id == flow_graph.id)
    return session.scalar(count) or 0
