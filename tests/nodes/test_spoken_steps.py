"""Which steps write what the chat shows, word for word."""

import pytest

from app.engine.graph import Graph, Link
from app.engine.values import Json
from app.nodes.spoken_steps import spoken_steps
from tests.runs.flows import answer, in_a_row, step

START = step("start", "start_chat")
ASK = step("ask", "ask_model", {"question": "{{ trigger.text }}"})


def test_an_answer_in_the_same_words() -> None:
    assert spoken_steps(in_a_row(START, ASK, answer("{{ steps.ask.text }}"))) == {"ask00000"}
    assert spoken_steps(in_a_row(START, ASK, answer(" {{steps.ask.text}}\n"))) == {"ask00000"}
    agent = step("agent", "agent_with_tools", {"task": "{{ trigger.text }}"})
    assert spoken_steps(in_a_row(START, agent, answer("{{ steps.agent.text }}")))
    short = step("short", "summarise", {"text": "{{ trigger.text }}"})
    assert spoken_steps(in_a_row(START, short, answer("{{ steps.short.summary }}")))


@pytest.mark.parametrize(
    "text",
    ["Dear {{ steps.ask.text }}", "{{ steps.ask.text | upper }}", "{{ steps.ask.model }}", "Hello"],
)
def test_other_words(text: str) -> None:
    assert spoken_steps(in_a_row(START, ASK, answer(text))) == frozenset()


def test_values_are_no_words() -> None:
    values = step("ask", "ask_model", {"question": "?", "answer_as": "values"})
    assert not spoken_steps(in_a_row(START, values, answer("{{ steps.ask.text }}")))


@pytest.mark.parametrize(("more", "is_spoken"), [({}, True), ({"values": "{{ trigger }}"}, False)])
def test_a_reply_in_the_same_words(more: dict[str, Json], is_spoken: bool) -> None:
    reply = step("reply", "reply_in_chat", {"text": "{{ steps.ask.text }}", **more})
    graph = in_a_row(START, ASK, reply, answer("Done"))
    assert bool(spoken_steps(graph)) is is_spoken


def test_a_word_that_is_not_the_last() -> None:
    graph = in_a_row(
        START, ASK, answer("{{ steps.ask.text }}"), step("later", "answer", {"text": "No"})
    )
    assert not spoken_steps(graph)


def test_two_ways_on() -> None:
    graph = in_a_row(START, ASK, answer("{{ steps.ask.text }}"))
    other = step("other", "answer", {"text": "Other"})
    more = Link(id="linkmore", source="ask00000", source_port="out", target=other.id)
    both = Graph(steps=(*graph.steps, other), links=(*graph.links, more))
    assert not spoken_steps(both)
