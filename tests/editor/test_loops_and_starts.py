"""Loops, several starts and the choice of steps, used as a browser without scripts uses them."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.accounts.models import User
from app.engine.graph import Graph, Step
from app.nodes.catalogue import OFFERED
from tests.agents.flows import named
from tests.agents.pages import AGENTS, panel_form, words
from tests.cast import Cast

Act = Callable[..., TestResponse]
Read = Callable[[], Graph]
EDIT = f"{AGENTS}/greeter/edit"


@pytest.fixture
def loop(act: Act, draft_graph: Read) -> Step:
    """A loop between the question and the greeting, with one step inside."""
    act("", type="for_each", after=named(draft_graph(), "Ask").id, port="out")
    made = named(draft_graph(), "For each")
    act("", type="set_values", inside=made.id)
    return made


def inside(graph: Graph, loop: Step) -> list[str]:
    """The names of the steps inside, in reading order."""
    return [step.name for step in graph.inside(loop.id)]


def test_a_loop_shows_what_is_inside(
    ben: FlaskClient, act: Act, draft_graph: Read, loop: Step
) -> None:
    said = words(ben.get(EDIT))
    assert "2 For each For each" in said
    assert "2.1 Set values Set values" in said
    assert "Nothing, next item" in said
    assert "Add a step inside For each Back to the start of the loop" in said


def test_steps_are_added_at_the_end_and_at_the_front(
    ben: FlaskClient, act: Act, draft_graph: Read, loop: Step
) -> None:
    first = named(draft_graph(), "Set values")
    assert "After “Set values”" in words(ben.get(f"{EDIT}?add=yes&inside={loop.id}"))
    act("", type="answer", after=first.id, port="out")
    front = ben.get(f"{EDIT}?add=yes&inside={loop.id}&first=yes")
    assert "First inside “For each”" in words(front)
    assert f'name="inside" value="{loop.id}"' in front.text
    act("", type="if", inside=loop.id)
    assert inside(draft_graph(), loop) == ["If", "Set values", "Answer"]


def test_an_empty_loop_takes_its_first_step(ben: FlaskClient, act: Act, draft_graph: Read) -> None:
    act("", type="for_each", after=named(draft_graph(), "Greet").id, port="out")
    made = named(draft_graph(), "For each")
    assert "There is nothing to do for an item yet." in words(ben.get(EDIT))
    assert "First inside “For each”" in words(ben.get(f"{EDIT}?add=yes&inside={made.id}"))


def test_a_step_goes_in_and_comes_out(
    ben: FlaskClient, act: Act, draft_graph: Read, loop: Step
) -> None:
    greet = named(draft_graph(), "Greet")
    assert "Move into “For each”" in words(ben.get(EDIT))
    act(f"/{greet.id}/loop", into=loop.id)
    assert inside(draft_graph(), loop) == ["Set values", "Greet"]
    assert "Move out of the loop" in words(ben.get(EDIT))
    act(f"/{greet.id}/loop")
    assert inside(draft_graph(), loop) == ["Set values"]
    assert [step.name for step in draft_graph().order][-1] == "Greet"
    answer = act(f"/{named(draft_graph(), 'Ask').id}/loop", into=loop.id)
    assert answer.status_code == 422
    assert "begins the flow" in words(answer)


def test_a_loop_is_doubled_with_its_steps(act: Act, draft_graph: Read, loop: Step) -> None:
    act(f"/{loop.id}/copies")
    copy = named(draft_graph(), "For each copy")
    assert inside(draft_graph(), copy) == ["Set values"]


@pytest.mark.parametrize(
    ("becomes", "left"),
    [("gone", ["Ask", "Greet"]), ("kept", ["Ask", "Set values", "Greet"])],
)
def test_a_loop_goes_with_its_steps_or_leaves_them(
    ben: FlaskClient, act: Act, draft_graph: Read, loop: Step, becomes: str, left: list[str]
) -> None:
    said = words(ben.get(EDIT))
    assert "Remove, keep its steps" in said
    assert "Remove with its 1 step" in said
    assert act(f"/{loop.id}/removal").status_code == 422
    act(f"/{loop.id}/removal", inside=becomes)
    assert [step.name for step in draft_graph().order] == left


def test_a_loop_can_use_what_is_inside(
    ben: FlaskClient, act: Act, draft_graph: Read, loop: Step
) -> None:
    first = named(draft_graph(), "Set values")
    page = ben.get(f"{EDIT}?step={loop.id}").text
    assert "only in “What each item gives”" in page
    assert '<code class="code-v">{{ item }}</code>' in page
    page = ben.get(f"{EDIT}?step={first.id}").text
    assert "An item of “For each”" in page
    form = {**panel_form(ben, loop.id), "set-items": "{{ vars.list }}", "set-collect": "{{ item }}"}
    act(f"/{loop.id}/settings", **form)
    assert named(draft_graph(), "For each").fields["collect"] == "{{ item }}"


def test_one_more_way_to_start(ben: FlaskClient, act: Act, draft_graph: Read) -> None:
    chooser = words(ben.get(f"{EDIT}?add=start"))
    assert "Start in another way" in chooser
    assert "Begins a run at set times" in chooser
    assert "Begins a run with a form" not in chooser, "a flow has one form"
    answer = act("", type="start_schedule")
    graph = draft_graph()
    clock = named(graph, "Schedule")
    assert answer.location == f"{EDIT}?step={clock.id}"
    assert [link.target for link in graph.links_from(clock.id)] == [named(graph, "Greet").id]
    said = words(ben.get(EDIT))
    assert "It starts in one of these ways" in said
    assert said.index("2 Schedule Schedule") < said.index("3 Greet Answer")
    assert "“Schedule” does not give “name”" in words(
        ben.get(f"{EDIT}?step=" + named(graph, "Greet").id)
    )


def test_a_start_is_turned_off(ben: FlaskClient, act: Act, draft_graph: Read) -> None:
    act("", type="start_schedule")
    act(f"/{named(draft_graph(), 'Schedule').id}/switch", to="off")
    assert "1 hint" in words(ben.get(EDIT))


def test_steps_are_found_by_words(ben: FlaskClient) -> None:
    found = words(ben.get(f"{EDIT}?add=yes&q=once+item"))
    assert "For each Runs the steps inside once" in found
    assert "HTTP request" not in found
    assert "No step has these words." in words(ben.get(f"{EDIT}?add=yes&q=teleport"))


def test_what_the_steps_do(
    ben: FlaskClient, browser: Callable[[User], FlaskClient], cast: Cast
) -> None:
    said = words(ben.get("/w/harbour-pine/steps"))
    assert all(kind.title in said for kind in OFFERED.values())
    assert "For each" not in words(ben.get("/w/harbour-pine/steps?q=teleport"))
    for kind in OFFERED.values():
        assert kind.title in words(ben.get(f"/w/harbour-pine/steps/{kind.type}"))
    assert ben.get("/w/harbour-pine/steps/teleport").status_code == 404
    assert browser(cast.cleo).get("/w/harbour-pine/steps/if").status_code == 200
    assert browser(cast.dan).get("/w/harbour-pine/steps/if").status_code == 404


def test_the_ways_of_a_switch_follow_its_cases(
    ben: FlaskClient, act: Act, draft_graph: Read
) -> None:
    act("", type="switch", after=named(draft_graph(), "Ask").id, port="out")
    switch = named(draft_graph(), "Switch")
    (first,) = (row["id"] for row in switch.fields["cases"])  # type: ignore[union-attr,index,call-overload]
    form = panel_form(ben, switch.id)
    act(f"/{switch.id}/settings", **{**form, "set-cases-1-label": ""})
    link = draft_graph().links_from(switch.id)[0]
    assert (link.source_port, link.target) == (first, named(draft_graph(), "Greet").id)
    typed = {"set-cases-1-label": "Angry", "set-cases-1-value": "{{ trigger.name }}"}
    more = {"set-cases-2-label": "Glad", "set-cases-2-value": "{{ trigger.name }}"}
    form = {**panel_form(ben, switch.id), **typed, **more}
    act(f"/{switch.id}/settings", **form, **{"set-cases-2-operator": "is_empty"})
    rows = named(draft_graph(), "Switch").fields["cases"]
    assert [row["label"] for row in rows] == ["Angry", "Glad"]  # type: ignore[index,union-attr,call-overload]
    assert "If Angry" in words(ben.get(EDIT))
    act(f"/{switch.id}/settings", **panel_form(ben, switch.id), **{"set-cases-1-remove": "yes"})
    assert draft_graph().links_from(switch.id) == ()


def test_an_approval_that_becomes_a_form_keeps_its_way(
    ben: FlaskClient, act: Act, draft_graph: Read
) -> None:
    act("", type="ask_person", after=named(draft_graph(), "Ask").id, port="out")
    step = named(draft_graph(), "Ask a person")
    form = {**panel_form(ben, step.id), "set-kind": "form"}
    act(f"/{step.id}/settings", **form)
    (link,) = draft_graph().links_from(step.id)
    assert link.source_port == "out"
