"""The settings of one step: what the panel shows, and what becomes of what is typed."""

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
from app.nodes.catalogue import CATALOGUE, OFFERED
from tests.agents.flows import named
from tests.agents.pages import AGENTS, panel_form, post, words
from tests.cast import Cast

Browser = Callable[[User], FlaskClient]
EDIT = f"{AGENTS}/greeter/edit"


Act = Callable[..., TestResponse]
Read = Callable[[], Graph]


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
    for kind in OFFERED.values():
        if kind.is_start:
            continue
        act("", type=kind.type, after=named(draft_graph(), "Greet").id, port="out")
        step = next(step for step in draft_graph().order[2:] if step.type == kind.type)
        assert act(f"/{step.id}/settings", **panel_form(ben, step.id)).status_code == 303, kind.type
        before = draft_graph()
        assert act(f"/{step.id}/settings", **panel_form(ben, step.id)).status_code == 303, kind.type
        assert draft_graph() == before, kind.type
        act(f"/{step.id}/removal")


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
    assert '<code class="code-v">{{ trigger.name }}</code>' in page
    assert '<code class="code-v">{{ now }}</code>' in page
    ask = ben.get(f"{EDIT}?step={named(draft_graph(), 'Ask').id}").text
    assert "data-insert-value" not in ask, "a form takes no values"


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
