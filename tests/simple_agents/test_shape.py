"""A simple agent is a flow of three steps; every other flow is left alone."""

from dataclasses import replace

import pytest

from app.engine import check, edit
from app.engine.errors import EditRefused
from app.engine.graph import Graph, Retry, Step
from app.engine.problem import Known
from app.nodes.catalogue import CATALOGUE
from app.simple_agents import shape
from app.simple_agents.shape import SimpleFlow
from tests.runs.flows import answer, greeting, in_a_row, step


def _flow(graph: Graph) -> SimpleFlow:
    found = shape.read(graph)
    assert found is not None
    return found


def _with(graph: Graph, changed: Step) -> Graph:
    steps = tuple(changed if one.id == changed.id else one for one in graph.steps)
    return replace(graph, steps=steps)


def test_a_new_one_is_right_and_holds_nothing_unseen() -> None:
    graph = shape.first_graph(instructions="Answer kindly.")
    flow = _flow(graph)
    assert [one.type for one in graph.order] == ["start_chat", "agent_with_tools", "answer"]
    assert flow.agent.fields["instructions"] == "Answer kindly."
    assert not flow.has_more
    assert check.problems(graph, CATALOGUE, known=Known()) == ()


def test_the_files_of_a_message_are_given() -> None:
    graph = shape.first_graph()
    agent = _flow(graph).agent
    assert agent.fields["files"] == "{{ trigger.files }}"
    # One of a time before agents could be given files: saving its page gives it them.
    fields = {name: one for name, one in agent.fields.items() if name != "files"}
    older = _with(graph, replace(agent, fields=fields))
    assert not _flow(older).has_more
    saved = _flow(shape.with_settings(older, {}, {"instructions": "Be brief."}))
    assert saved.agent.fields["files"] == "{{ trigger.files }}"
    # Somebody who took them away in the flow wants it so.
    without = _with(graph, replace(agent, fields={**fields, "files": ""}))
    assert _flow(without).has_more
    kept = _flow(shape.with_settings(without, {}, {"instructions": "Be brief."}))
    assert kept.agent.fields["files"] == ""


def test_one_that_was_drawn_is_one_too() -> None:
    drawn = in_a_row(
        step("start", "start_chat"),
        step("helper", "agent_with_tools", {"task": "{{ trigger.text }}"}),
        step("say", "reply_in_chat", {"text": "{{ steps.helper.text }}"}),
    )
    assert _flow(drawn).has_more, "its task is another one, which the page does not show"


def test_other_flows_are_none() -> None:
    graph = shape.first_graph()
    start, agent, reply = graph.order
    more, _ = edit.add_step(graph, CATALOGUE["summarise"], after=agent.id)
    assert shape.read(greeting()) is None
    assert shape.read(Graph.empty()) is None
    assert shape.read(more) is None
    assert "4 steps" in shape.why_not(more)
    assert shape.read(replace(graph, links=graph.links[:1])) is None
    assert shape.read(_with(graph, replace(agent, disabled=True))) is None
    assert shape.read(in_a_row(start, reply)) is None
    assert shape.read(in_a_row(start, agent, answer("Hi"), answer("Ho"))) is None


def test_settings_change_and_all_else_stays() -> None:
    graph = shape.first_graph()
    agent = _flow(graph).agent
    graph = _with(graph, replace(agent, retry=Retry(2, 1), note="Ours", x=400))
    changed = shape.with_settings(
        graph, {"examples": "One?"}, {"instructions": "Be brief.", "task": "Never mind"}
    )
    flow = _flow(changed)
    assert flow.start.fields["examples"] == "One?"
    assert flow.agent.fields["instructions"] == "Be brief."
    assert flow.agent.fields["task"] == shape.TASK, "the page has no such setting"
    assert (flow.agent.retry, flow.agent.note, flow.agent.x) == (Retry(2, 1), "Ours", 400)
    assert flow.has_more
    assert flow.mark != _flow(graph).mark


def test_the_mark_follows_only_what_the_page_shows() -> None:
    graph = shape.first_graph()
    flow = _flow(graph)
    moved = _with(graph, replace(flow.agent, x=900, fields={**flow.agent.fields, "task": "Else"}))
    assert _flow(moved).mark == flow.mark
    asked = _with(graph, replace(flow.agent, fields={**flow.agent.fields, "rounds": 3}))
    assert _flow(asked).mark != flow.mark


def test_a_flow_that_it_cannot_show_is_not_edited() -> None:
    with pytest.raises(EditRefused, match="does more than this page can show"):
        shape.with_settings(greeting(), {}, {"instructions": "Be brief."})
