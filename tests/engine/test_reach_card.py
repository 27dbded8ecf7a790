"""What an agent can touch is found in its settings, with the steps that cause it."""

from dataclasses import replace
from typing import Any

import pytest

from app.engine.describe import described, plain
from app.engine.graph import Graph, Step
from app.engine.problem import ConnectionFact, Known
from app.engine.reach_card import ANY, MEMBERS, Touch, reach_of, widened
from app.engine.reach_card_words import lines, reach_changes, words_of
from app.nodes.catalogue import CATALOGUE
from tests.engine.flows import flow, step, word

KNOWN = Known(
    connections={
        "c1": ConnectionFact(hosts=frozenset({"*.shop.example", "pay.example"}), name="Shop")
    },
    choices={
        "tables": {"t1": "Orders"},
        "agents": {"a1": "Sorter", "a2": "Poster"},
        "mailboxes": {"m1": "Support"},
    },
)
FORM = step("form", "start_form")


def touches(*steps: Step, called: dict[str, Graph] | None = None) -> dict[str, Touch]:
    """What a flow of these steps, one after the other, can touch; by key."""
    others = called or {}
    found = reach_of(flow(FORM, *steps), CATALOGUE, known=KNOWN, called=others.get)
    return {one.key: one for one in found}


def call(key: str, **fields: Any) -> Step:
    """A step that calls a service."""
    return step(key, "http_request", **fields)


@pytest.mark.parametrize(
    ("fields", "keys"),
    [
        ({"url": "https://api.example/x"}, {"read host api.example"}),
        ({"url": "https://api.example/x", "method": "POST"}, {"write host api.example"}),
        ({"url": "https://api.example/{{ trigger.id }}"}, {"read host api.example"}),
        ({"url": "{{ trigger.url }}"}, {f"read host {ANY}"}),
        ({"url": "https://{{ trigger.host }}/x"}, {f"read host {ANY}"}),
        (
            {"url": "{{ trigger.url }}", "connection": "c1", "method": "PUT"},
            {"write host *.shop.example", "write host pay.example", "read connection c1"},
        ),
    ],
)
def test_hosts_come_from_addresses_and_connections(fields: dict[str, Any], keys: set[str]) -> None:
    assert set(touches(call("one", **fields))) == keys


def test_each_thing_is_told_once_with_all_its_steps() -> None:
    url = "https://api.example/x"
    found = touches(call("look", url=url), call("send", url=url, method="POST"))
    assert set(found) == {"write host api.example"}
    assert found["write host api.example"].steps == (word("look"), word("send"))


def test_people_tables_mailboxes_and_files() -> None:
    found = touches(
        step("mail", "send_email", to="Ana@Example.org, {{ trigger.mail }}", cc="ben@example.org"),
        step("ask", "ask_person"),
        step("ask_two", "ask_person", who="people", people="olga@example.org"),
        step("find", "find_rows", table="t1"),
        step("sheet", "make_spreadsheet"),
        step("keep", "set_variable"),
    )
    assert set(found) == {
        "write person ana@example.org",
        "write person ben@example.org",
        "write person olga@example.org",
        f"write person {ANY}",
        f"write person {MEMBERS}",
        "read table t1",
        "read file make_spreadsheet",
        "write service set_variable",
    }
    assert words_of(found["read table t1"]) == "Read the table “Orders”"
    assert words_of(found[f"write person {ANY}"]) == "Write to addresses that a run works out"


@pytest.mark.parametrize("kind", ["ask_model", "agent_with_tools"])
def test_files_that_a_model_is_given_are_told(kind: str) -> None:
    found = touches(step("think", kind, files="{{ trigger.files }}"))
    assert words_of(found["read file for_models"]) == "Handle files: shown to a language model"
    assert "read file for_models" not in touches(step("think", kind, files=""))


def test_what_is_switched_off_touches_nothing() -> None:
    url = "https://api.example/x"
    each = step("each", "for_each", disabled=True)
    inside = call("inner", url=url, parent=each.id)
    off = call("off", url=url, disabled=True)
    graph = replace(flow(FORM, each, off), steps=(FORM, each, off, inside))
    assert reach_of(graph, CATALOGUE, known=KNOWN, called=lambda _: None) == ()


def test_what_called_agents_touch_counts_too_and_circles_end() -> None:
    sorter = flow(FORM, step("next", "run_agent", agent="a2"))
    poster = flow(
        FORM,
        call("post", url="https://hooks.example/x", method="POST"),
        step("back", "run_agent", agent="a1"),
    )
    found = touches(step("run", "run_agent", agent="a1"), called={"a1": sorter, "a2": poster})
    assert set(found) == {"write agent a1", "write agent a2", "write host hooks.example"}
    host = found["write host hooks.example"]
    assert (host.steps, host.agents) == ((word("run"),), ("a1", "a2"))
    (line,) = lines([host], {word("run"): "Pass on"}, KNOWN)
    assert line.words == "Send data to hooks.example"
    assert line.detail == ("Step “Pass on”, through the agent “Sorter” and the agent “Poster”")


def _touch(target: str, *, writes: bool = False) -> Touch:
    return Touch(sort="host", target=target, writes=writes)


@pytest.mark.parametrize(
    ("before", "after", "is_wider"),
    [
        ((), _touch("a.example"), True),
        ((_touch("a.example"),), _touch("a.example"), False),
        ((_touch("a.example"),), _touch("a.example", writes=True), True),
        ((_touch("a.example", writes=True),), _touch("a.example"), False),
        ((_touch("a.example"),), _touch(ANY), True),
        ((_touch(ANY),), _touch("a.example"), False),
        ((_touch(ANY),), _touch("a.example", writes=True), True),
        ((_touch(ANY, writes=True),), _touch("a.example", writes=True), False),
    ],
)
def test_what_is_wider(before: tuple[Touch, ...], after: Touch, is_wider: bool) -> None:
    assert widened(before, [after]) == ((after,) if is_wider else ())


def test_what_is_new_is_told_by_sort_with_its_way() -> None:
    hook = Touch(sort="host", target="hooks.example", writes=True, steps=("s1",), through=("c1",))
    (gone,) = reach_changes([_touch("a.example")], [], {}, KNOWN)
    assert (gone.turn, gone.text) == ("removed", "Reaches 1 host less")
    (new,) = reach_changes([], [hook], {"s1": "Tell the team"}, KNOWN)
    assert (new.turn, new.text) == ("added", "Can reach 1 new host")
    assert new.why == "hooks.example, through the connection “Shop”."
    assert (new.step_id, new.step_name) == ("s1", "Tell the team")


def test_a_flow_is_described_from_start_to_answer() -> None:
    each = step("each_one", "for_each")
    inner = call("ask_shop", url="https://shop.example/x", connection="c1", parent=each.id)
    reply = step("reply", "answer", text="Hello *{{ trigger.name }}*")
    line = flow(FORM, each, reply)
    graph = replace(line, steps=(*line.steps, inner))
    reach = reach_of(graph, CATALOGUE, known=KNOWN, called=lambda _: None)
    text = described(graph, CATALOGUE, known=KNOWN, reach=reach)
    assert "- **form** begins a run when a person sends a form." in text
    assert "   1. **ask shop** asks shop.example (connection “Shop”)." in text
    assert "- Read from shop.example" in text
    assert r"- **reply** answers “Hello \*…\*”." in text


def test_names_are_never_markdown() -> None:
    assert plain("a *b* <i>\n# [x](y)") == r"a \*b\* \<i\> \# \[x\](y)"
