"""The outline editor, used as a browser without scripts uses it: links, forms and redirects."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app import database
from app.accounts.models import User
from app.agents import drafts
from app.agents.models import Agent
from app.engine import edit
from app.engine.graph import Graph
from app.engine.states import OnError
from app.nodes.catalogue import CATALOGUE
from tests.agents.flows import named
from tests.agents.pages import AGENTS, panel_form, post, words
from tests.cast import Cast

Browser = Callable[[User], FlaskClient]
EDIT = f"{AGENTS}/greeter/edit"


@pytest.fixture
def ben(browser: Browser, cast: Cast, agent: Agent) -> FlaskClient:
    """Ben's browser; his agent is there."""
    return browser(cast.ben)


@pytest.fixture
def act(ben: FlaskClient, revision: Callable[[], int]) -> Callable[..., TestResponse]:
    """Ben sends a form of the editor, made from the newest draft unless told otherwise."""

    def send(path: str, **data: object) -> TestResponse:
        return post(ben, EDIT, f"{EDIT}/steps{path}", {"revision": revision(), **data})

    return send


Act = Callable[..., TestResponse]
Read = Callable[[], Graph]


def test_the_list_shows_steps_and_where_they_lead(ben: FlaskClient) -> None:
    said = words(ben.get(EDIT))
    assert "1 Ask Form" in said
    assert "Then goes to Greet Nothing, ends here" in said
    assert "No problems" in said


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


def test_settings_come_back_as_they_were_and_change_when_typed(
    ben: FlaskClient, act: Act, draft_graph: Read
) -> None:
    greet = named(draft_graph(), "Greet")
    form = panel_form(ben, greet.id)
    before = draft_graph()
    assert act(f"/{greet.id}/settings", **form).location == f"{EDIT}?step={greet.id}"
    assert draft_graph() == before, "a form that was not touched changes nothing"
    typed = {**form, "name": "Welcome", "set-text": "Good day,\r\n{{ trigger.name }}"}
    act(f"/{greet.id}/settings", **typed)
    saved = named(draft_graph(), "Welcome")
    assert saved.fields["text"] == "Good day,\n{{ trigger.name }}"
    assert saved.key == "welcome"


def test_options_of_a_step_are_saved(ben: FlaskClient, act: Act, draft_graph: Read) -> None:
    greet = named(draft_graph(), "Greet")
    options = {
        "retry_times": "2",
        "retry_wait_s": "5",
        "on_error": "error_port",
        "timeout_s": "30",
        "note": "Ask Tom before you change this.",
    }
    act(f"/{greet.id}/settings", **{**panel_form(ben, greet.id), **options})
    saved = named(draft_graph(), "Greet")
    assert (saved.retry.times, saved.retry.wait_s, saved.timeout_s) == (2, 5, 30)
    assert saved.on_error is OnError.ERROR_PORT
    assert saved.note == options["note"]
    page = words(ben.get(f"{EDIT}?step={greet.id}"))
    assert "Try again 2 times, after 5 s" in page
    assert "If it fails Go another way" in page


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("name", "", "A step needs a name."),
        ("name", "x" * 121, "Use at most 120 characters."),
        ("retry_times", "often", "Not a valid integer"),
        ("retry_times", "99", "Use a whole number from 0 to 10."),
        ("timeout_s", "99999", "Use 1 to 3,600 seconds."),
        ("on_error", "explode", "Not a valid choice"),
    ],
)
def test_a_wrong_form_comes_back_with_the_words(
    ben: FlaskClient, act: Act, draft_graph: Read, field: str, typed: str, sentence: str
) -> None:
    greet = named(draft_graph(), "Greet")
    form = {**panel_form(ben, greet.id), "set-text": "My new words", field: typed}
    before = draft_graph()
    answer = act(f"/{greet.id}/settings", **form)
    assert answer.status_code == 422
    assert sentence in words(answer)
    assert "My new words" in answer.text
    assert draft_graph() == before


def test_a_value_that_cannot_work_is_saved_and_told(
    ben: FlaskClient, act: Act, draft_graph: Read
) -> None:
    greet = named(draft_graph(), "Greet")
    form = {**panel_form(ben, greet.id), "set-text": "{{ trigger.nobody }}"}
    answer = act(f"/{greet.id}/settings", **form)
    assert named(draft_graph(), "Greet").fields["text"] == "{{ trigger.nobody }}"
    said = words(ben.get(answer.location))
    assert "1 problem" in said
    assert "The start does not give “nobody”" in said
    assert 'aria-invalid="true"' in ben.get(answer.location).text


def test_rows_are_added_filled_and_removed(ben: FlaskClient, act: Act, draft_graph: Read) -> None:
    ask = named(draft_graph(), "Ask")
    added = act(f"/{ask.id}/settings", **panel_form(ben, ask.id), add_row="inputs")
    assert added.location == f"{EDIT}?step={ask.id}&added=inputs"
    page = ben.get(added.location).text
    assert "set-inputs-2-label" in page
    question = {"set-inputs-2-label": "How old are you?", "set-inputs-2-kind": "number"}
    act(f"/{ask.id}/settings", **{**panel_form(ben, ask.id), **question})
    rows = named(draft_graph(), "Ask").fields["inputs"]
    assert [(row["key"], row["kind"]) for row in rows] == [  # type: ignore[index,union-attr,call-overload]
        ("name", "text"),
        ("how_old_are_you", "number"),
    ]
    act(f"/{ask.id}/settings", **panel_form(ben, ask.id), **{"set-inputs-1-remove": "yes"})
    rows = named(draft_graph(), "Ask").fields["inputs"]
    assert [row["key"] for row in rows] == ["how_old_are_you"]  # type: ignore[index,union-attr,call-overload]


def test_an_added_row_that_is_still_empty_stays(
    ben: FlaskClient, act: Act, draft_graph: Read
) -> None:
    ask = named(draft_graph(), "Ask")
    answer = act(f"/{ask.id}/settings", **panel_form(ben, ask.id), new_row="inputs:2")
    assert answer.location == f"{EDIT}?step={ask.id}&kept=inputs"
    assert "set-inputs-2-label" in ben.get(answer.location).text


def test_a_field_that_was_not_shown_keeps_its_value(
    ben: FlaskClient, act: Act, draft_graph: Read
) -> None:
    greet = named(draft_graph(), "Greet")
    act(f"/{greet.id}/settings", **{**panel_form(ben, greet.id), "set-kind": "values"})
    assert "set-text" not in ben.get(f"{EDIT}?step={greet.id}").text
    act(f"/{greet.id}/settings", **panel_form(ben, greet.id))
    assert named(draft_graph(), "Greet").fields["text"] == "Hello {{ trigger.name }}"


def test_every_kind_of_step_has_a_panel_that_saves(
    ben: FlaskClient, act: Act, draft_graph: Read
) -> None:
    for kind in CATALOGUE.values():
        if kind.is_start:
            continue
        act("", type=kind.type, after=named(draft_graph(), "Greet").id, port="out")
        step = next(step for step in draft_graph().order[2:] if step.type == kind.type)
        assert act(f"/{step.id}/settings", **panel_form(ben, step.id)).status_code == 303, kind.type
        before = draft_graph()
        assert act(f"/{step.id}/settings", **panel_form(ben, step.id)).status_code == 303, kind.type
        assert draft_graph() == before, kind.type
        act(f"/{step.id}/removal")


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


def test_whoever_saves_second_sees_the_new_draft_and_keeps_the_words(
    ben: FlaskClient,
    act: Act,
    draft_graph: Read,
    browser: Browser,
    cast: Cast,
    session: Session,
    agent: Agent,
) -> None:
    greet = named(draft_graph(), "Greet")
    form = panel_form(ben, greet.id)
    with database.writing(session):
        drafts.change(
            session,
            agent,
            by=cast.ada,
            expected_revision=1,
            command=lambda graph: edit.rename_step(graph, greet.id, "Ada was here"),
        )
    stale = {**form, "revision": 1, "set-text": "Ben's words"}
    answer = post(ben, EDIT, f"{EDIT}/steps/{greet.id}/settings", stale)
    assert answer.status_code == 409
    said = words(answer)
    assert "Somebody changed the draft meanwhile" in said
    assert "Ada was here" in said
    assert "Ben&#39;s words" in answer.text
    assert 'name="revision" value="2"' in answer.text
    answer = post(ben, EDIT, f"{EDIT}/steps/{greet.id}/removal", {"revision": 1})
    assert answer.status_code == 409
    assert named(draft_graph(), "Ada was here")


def test_a_form_without_a_revision_is_refused(ben: FlaskClient, draft_graph: Read) -> None:
    path = f"{EDIT}/steps/{named(draft_graph(), 'Greet').id}/removal"
    assert post(ben, EDIT, path).status_code == 400
    assert post(ben, EDIT, path, {"revision": "newest"}).status_code == 400


def test_viewers_read_and_cannot_touch(
    browser: Browser, cast: Cast, agent: Agent, draft_graph: Read
) -> None:
    cleo = browser(cast.cleo)
    greet = named(draft_graph(), "Greet")
    page = cleo.get(f"{EDIT}?step={greet.id}")
    said = words(page)
    assert "Hello {{ trigger.name }}" in said
    assert '<fieldset class="body" disabled>' in page.text
    for control in ("Add a step", "Move up", "Publish", "Save"):
        assert control not in said.replace("Saved", "")
    path = f"{EDIT}/steps/{greet.id}/removal"
    assert post(cleo, AGENTS, path, {"revision": 1}).status_code == 403


def test_values_of_earlier_steps_are_offered(ben: FlaskClient, act: Act, draft_graph: Read) -> None:
    greet = named(draft_graph(), "Greet")
    page = ben.get(f"{EDIT}?step={greet.id}").text
    assert 'data-insert="{{ trigger.name }}"' in page
    assert 'data-insert="{{ now }}"' in page
    ask = ben.get(f"{EDIT}?step={named(draft_graph(), 'Ask').id}").text
    assert "data-insert" not in ask, "a form takes no values"


def test_a_step_that_is_gone_simply_is_not_open(ben: FlaskClient) -> None:
    assert "Choose a step" in words(ben.get(f"{EDIT}?step=nowhere1"))


def test_settings_from_elsewhere_of_any_shape_can_be_looked_at(
    ben: FlaskClient,
    draft_graph: Read,
    session: Session,
    agent: Agent,
    cast: Cast,
) -> None:
    def spoil(graph: Graph) -> Graph:
        kinds = ("set_values", "if", "http_request")
        for kind in kinds:
            graph, _ = edit.add_step(graph, CATALOGUE[kind], after=graph.order[0].id)
        steps = [
            replace(step, fields={name: {"odd": [1, None]} for name in step.fields})
            for step in graph.steps
        ]
        return replace(graph, steps=tuple(steps))

    with database.writing(session):
        drafts.change(session, agent, by=cast.ben, expected_revision=1, command=spoil)
    for step in draft_graph().steps:
        assert ben.get(f"{EDIT}?step={step.id}").status_code == 200, step.type


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
