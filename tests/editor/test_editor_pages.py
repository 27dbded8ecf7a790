"""The outline editor, used as a browser without scripts uses it: links, forms and redirects."""

from collections.abc import Callable
from dataclasses import replace

from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app import database
from app.accounts.models import User
from app.agents import drafts
from app.agents.models import Agent
from app.engine import edit
from app.engine.graph import Graph
from app.nodes.catalogue import CATALOGUE
from tests.agents.flows import named
from tests.agents.pages import AGENTS, post, words
from tests.cast import Cast

Browser = Callable[[User], FlaskClient]
EDIT = f"{AGENTS}/greeter/edit"


Act = Callable[..., TestResponse]
Read = Callable[[], Graph]


def test_the_list_shows_steps_and_where_they_lead(ben: FlaskClient) -> None:
    said = words(ben.get(EDIT))
    assert "1 Ask Form" in said
    assert "Then goes to Greet Nothing, ends here" in said
    assert "No problems" in said


def test_the_way_to_change_it_by_describing_is_in_both_heads(ben: FlaskClient) -> None:
    for page in (EDIT, f"{AGENTS}/greeter/canvas"):
        assert 'aria-label="Change it by describing"' in ben.get(page).text


def test_a_step_is_added_where_the_person_asks(
    ben: FlaskClient, act: Act, draft_graph: Read
) -> None:
    ask = named(draft_graph(), "Ask")
    chooser = words(ben.get(f"{EDIT}?add=yes&after={ask.id}&port=out"))
    assert "After “Ask”" in chooser
    assert "Set values Works out values and gives them names." in chooser
    assert "Begins a run" not in chooser, "a flow has one start"
    answer = act("", type="set_values", after=ask.id, port="out")
    added = named(draft_graph(), "Set values")
    assert answer.location == f"{EDIT}?step={added.id}"
    assert [step.name for step in draft_graph().order] == ["Ask", "Set values", "Greet"]
    assert "“Values” is empty." in words(ben.get(answer.location))


def test_without_a_place_the_new_step_goes_to_the_end(ben: FlaskClient) -> None:
    assert "After “Greet”" in words(ben.get(f"{EDIT}?add=yes"))


def test_a_kind_of_step_that_nobody_knows_is_404(act: Act) -> None:
    assert act("", type="launch_rocket").status_code == 404


def test_the_way_out_is_chosen_from_the_steps_that_may_come_next(
    ben: FlaskClient, act: Act, draft_graph: Read
) -> None:
    ask, greet = named(draft_graph(), "Ask"), named(draft_graph(), "Greet")
    act(f"/{ask.id}/ways-out", **{"to-out": ""})
    assert draft_graph().links_from(ask.id) == ()
    assert "No way leads to this step." in words(ben.get(EDIT))
    act(f"/{ask.id}/ways-out", **{"to-out": greet.id})
    assert draft_graph().links_from(ask.id)[0].target == greet.id
    answer = act(f"/{greet.id}/ways-out", **{"to-out": ask.id})
    assert answer.status_code == 422
    assert "A flow never goes back." in words(answer)


def test_both_answers_of_a_question_have_a_way(
    ben: FlaskClient, act: Act, draft_graph: Read
) -> None:
    ask = named(draft_graph(), "Ask")
    act("", type="if", after=ask.id, port="out")
    question = named(draft_graph(), "If")
    act(f"/{question.id}/ways-out", **{"to-no": named(draft_graph(), "Greet").id})
    said = words(ben.get(EDIT))
    assert "If Yes Greet Nothing, ends here" in said
    assert "If No Greet Nothing, ends here" in said
    ports = [link.source_port for link in draft_graph().links_from(question.id)]
    assert ports == ["yes", "no"]


def test_a_step_moves_is_doubled_turned_off_and_removed(
    ben: FlaskClient, act: Act, draft_graph: Read
) -> None:
    act("", type="set_values", after=named(draft_graph(), "Ask").id, port="out")
    middle = named(draft_graph(), "Set values")

    def order() -> list[str]:
        return [step.name for step in draft_graph().order]

    act(f"/{middle.id}/place", direction="down")
    assert order() == ["Ask", "Greet", "Set values"]
    act(f"/{middle.id}/place", direction="up")
    assert order() == ["Ask", "Set values", "Greet"]
    copied = act(f"/{middle.id}/copies")
    assert order() == ["Ask", "Set values", "Set values copy", "Greet"]
    assert named(draft_graph(), "Set values copy").id in (copied.location or "")
    act(f"/{middle.id}/switch", to="off")
    assert named(draft_graph(), "Set values").disabled
    assert "Off" in words(ben.get(EDIT))
    act(f"/{middle.id}/switch", to="on")
    assert not named(draft_graph(), "Set values").disabled
    act(f"/{middle.id}/removal")
    assert order() == ["Ask", "Set values copy", "Greet"]


def test_what_makes_no_sense_is_refused_with_a_sentence(act: Act, draft_graph: Read) -> None:
    ask = named(draft_graph(), "Ask")
    answer = act(f"/{ask.id}/place", direction="up")
    assert answer.status_code == 422
    assert "That could not be done" in words(answer)
    assert act(f"/{ask.id}/place", direction="sideways").status_code == 400
    assert act("/nowhere1/removal").status_code == 422


def test_a_panel_that_was_open_stays_open(act: Act, draft_graph: Read) -> None:
    ask, greet = named(draft_graph(), "Ask"), named(draft_graph(), "Greet")
    answer = act(f"/{greet.id}/switch", to="off", step=ask.id)
    assert answer.location == f"{EDIT}?step={ask.id}"
    answer = act(f"/{greet.id}/removal", step=greet.id)
    assert answer.location == EDIT


def test_a_form_without_a_revision_is_refused(ben: FlaskClient, draft_graph: Read) -> None:
    path = f"{EDIT}/steps/{named(draft_graph(), 'Greet').id}/removal"
    assert post(ben, EDIT, path).status_code == 400
    assert post(ben, EDIT, path, {"revision": "newest"}).status_code == 400


def test_a_step_that_is_gone_simply_is_not_open(ben: FlaskClient) -> None:
    assert "Choose a step" in words(ben.get(f"{EDIT}?step=nowhere1"))


def test_a_kind_of_step_that_is_not_installed_can_be_removed(
    ben: FlaskClient, act: Act, draft_graph: Read, session: Session, agent: Agent, cast: Cast
) -> None:
    def spoil(graph: Graph) -> Graph:
        steps = (
            replace(one, type="teleport") if one.name == "Greet" else one for one in graph.steps
        )
        return replace(graph, steps=tuple(steps))

    with database.writing(session):
        drafts.change(session, agent, by=cast.ben, expected_revision=1, command=spoil)
    greet = named(draft_graph(), "Greet")
    page = ben.get(f"{EDIT}?step={greet.id}")
    assert page.status_code == 200
    assert "not known here" in words(page)
    assert act(f"/{greet.id}/removal").status_code == 303


def test_a_long_flow_chooses_its_ways_in_the_panel(
    ben: FlaskClient, draft_graph: Read, session: Session, agent: Agent, cast: Cast
) -> None:
    def grow(graph: Graph) -> Graph:
        for _ in range(70):
            graph, _step = edit.add_step(graph, CATALOGUE["set_values"], after=graph.order[0].id)
        return graph

    with database.writing(session):
        drafts.change(session, agent, by=cast.ben, expected_revision=1, command=grow)
    page = ben.get(EDIT)
    assert "<select" not in page.text
    assert len(page.data) < 400_000
    opened = ben.get(f"{EDIT}?step={draft_graph().order[3].id}").text
    assert 'name="to-out"' in opened
