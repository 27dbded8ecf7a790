"""What later steps get when a step fails and the run goes on."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.editor.stand_in import MAX_BYTES, typed, written
from app.engine.graph import Graph
from app.engine.values import Json
from app.lib.json_guard import JsonRefused
from tests.agents.flows import named
from tests.agents.pages import AGENTS, panel_form, words

EDIT = f"{AGENTS}/greeter/edit"
Act = Callable[..., TestResponse]
Read = Callable[[], Graph]


@pytest.mark.parametrize(
    ("words_typed", "value"),
    [
        (" \n", None),
        ("No price known", "No price known"),
        ("two\r\nlines", "two\nlines"),
        ("12.5", 12.5),
        ("false", False),
        ("null", None),
        ("NaN", "NaN"),
        ('"12.5"', "12.5"),
        ('{"price": 0, "tags": []}', {"price": 0, "tags": []}),
    ],
)
def test_words_are_a_text_and_json_is_a_value(words_typed: str, value: Json) -> None:
    assert typed(words_typed) == value
    assert type(typed(words_typed)) is type(value)


@pytest.mark.parametrize(
    "value", [None, "", " edge ", "12", "null", "{", "Grüße", 0, False, [], {"a": ["b", None]}]
)
def test_what_is_shown_means_the_same_when_it_comes_back(value: Json) -> None:
    assert typed(written(value)) == value
    assert type(typed(written(value))) is type(value)


@pytest.mark.parametrize(
    "words_typed", ['{"price": 0', '{"a": 1, "a": 2}', "[" * 20 + "]" * 20, "x" * (MAX_BYTES + 1)]
)
def test_what_looks_like_json_must_be_right(words_typed: str) -> None:
    with pytest.raises(JsonRefused):
        typed(words_typed)


def test_the_field_is_there_when_the_run_goes_on(
    ben: FlaskClient, act: Act, draft_graph: Read
) -> None:
    greet = named(draft_graph(), "Greet")
    assert "Stand-in result" not in words(ben.get(f"{EDIT}?step={greet.id}"))
    act(f"/{greet.id}/settings", **{**panel_form(ben, greet.id), "on_error": "continue"})
    form = panel_form(ben, greet.id)
    assert form["default_output"] == ""
    act(f"/{greet.id}/settings", **{**form, "default_output": '{"price": 0}'})
    assert named(draft_graph(), "Greet").default_output == {"price": 0}
    before = draft_graph()
    act(f"/{greet.id}/settings", **panel_form(ben, greet.id))
    assert draft_graph() == before, "a form that was not touched changes nothing"


def test_a_stand_in_that_is_not_shown_is_kept(
    ben: FlaskClient, act: Act, draft_graph: Read
) -> None:
    greet = named(draft_graph(), "Greet")
    act(
        f"/{greet.id}/settings",
        **{**panel_form(ben, greet.id), "on_error": "continue", "default_output": "Hello you"},
    )
    act(f"/{greet.id}/settings", **{**panel_form(ben, greet.id), "on_error": "stop"})
    assert "default_output" not in panel_form(ben, greet.id)
    act(f"/{greet.id}/settings", **{**panel_form(ben, greet.id), "on_error": "continue"})
    assert panel_form(ben, greet.id)["default_output"] == "Hello you"


def test_a_wrong_form_comes_back(ben: FlaskClient, act: Act, draft_graph: Read) -> None:
    greet = named(draft_graph(), "Greet")
    before = draft_graph()
    wrong = {"on_error": "continue", "default_output": '{"price": 0'}
    answer = act(f"/{greet.id}/settings", **{**panel_form(ben, greet.id), **wrong})
    assert answer.status_code == 422
    assert "Stand-in result : This is not valid JSON: at line 1, column 12" in words(answer)
    assert "{&#34;price&#34;: 0</textarea>" in answer.text
    assert draft_graph() == before
