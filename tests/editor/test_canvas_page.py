"""The canvas' page: its data, what it remembers of each person, and the way between the views."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from app.accounts.models import User
from app.nodes.catalogue import CATALOGUE, OFFERED
from tests.agents.pages import AGENTS, post, words
from tests.cast import Cast
from tests.databases import on_both
from tests.editor.canvas import CANVAS, flow_of, put, step_named

Browser = Callable[[User], FlaskClient]
EDIT = f"{AGENTS}/greeter/edit"
ENTER = f"{EDIT}/view"
CAMERA = f"{AGENTS}/greeter/camera"


def test_the_page_carries_what_it_is_drawn_from(ben: FlaskClient, cast: Cast) -> None:
    flow = flow_of(ben)
    ask = step_named(flow["graph"], "Ask")
    assert flow["revision"] == 1
    assert flow["editable"] is True
    assert flow["camera"] is None
    assert flow["problems"] == []
    assert flow["me"] == {"id": str(cast.ben.id), "name": cast.ben.name, "initials": "BE"}
    look = flow["views"][ask["id"]]
    assert [way["port"] for way in look.pop("ways")] == ["out"]
    assert look == {
        **{"title": "Form", "icon": "inbox", "about": "Form", "is_start": True, "is_loop": False},
        **{"is_known": True, "is_only": True},
    }
    assert flow["at"]["draft"] == f"{AGENTS}/greeter/draft"
    assert "STEPSTEP" in flow["at"]["panel"]


def test_every_kind_can_be_added_from_its_data(ben: FlaskClient) -> None:
    kinds = flow_of(ben)["kinds"]
    assert kinds.keys() == OFFERED.keys()
    assert kinds["if"]["fields"] == CATALOGUE["if"].initial_fields()
    assert [way["label"] for way in kinds["if"]["view"]["ways"]] == ["Yes", "No"]
    assert kinds["if"]["view"]["is_only"] is False
    assert sorted(kind["place"] for kind in kinds.values()) == list(range(len(kinds)))


def test_a_viewer_looks_and_changes_nothing(browser: Browser, cast: Cast, ben: FlaskClient) -> None:
    assert flow_of(browser(cast.cleo))["editable"] is False


def test_without_scripts_the_page_leads_to_the_outline(ben: FlaskClient) -> None:
    assert "The canvas needs JavaScript." in words(ben.get(CANVAS))
    assert f'href="{EDIT}"' in ben.get(CANVAS).text


@on_both
def test_the_camera_stays_for_each_person(ben: FlaskClient, browser: Browser, cast: Cast) -> None:
    for zoom in (1, 0.5):
        answer = put(ben, CAMERA, {"x": -40.5, "y": 16, "zoom": zoom})
        assert answer.status_code == 204
    assert flow_of(ben)["camera"] == {"x": -40.5, "y": 16, "zoom": 0.5}
    assert flow_of(browser(cast.ada))["camera"] is None
    assert put(browser(cast.cleo), CAMERA, {"x": 0, "y": 0, "zoom": 1}).status_code == 204


@pytest.mark.parametrize(
    "seen",
    [
        {"x": 0, "y": 0},
        {"x": 0, "y": 0, "zoom": 0},
        {"x": 1e9, "y": 0, "zoom": 1},
        {"x": "0", "y": 0, "zoom": 1},
        {"x": True, "y": 0, "zoom": 1},
        [],
    ],
)
def test_a_place_that_is_none_is_not_kept(ben: FlaskClient, seen: object) -> None:
    answer = put(ben, CAMERA, seen)
    assert answer.status_code == 400
    assert answer.json is not None
    assert answer.json["sentence"]
    assert flow_of(ben)["camera"] is None


@on_both
def test_one_comes_back_to_the_view_used_last(
    ben: FlaskClient, browser: Browser, cast: Cast
) -> None:
    assert ben.get(ENTER).location == CANVAS, "at first the canvas"
    assert ben.get(f"{ENTER}?step=abcd1234").location == f"{CANVAS}?step=abcd1234"
    ben.get(EDIT).close()
    assert ben.get(f"{ENTER}?step=abcd1234").location == f"{EDIT}?step=abcd1234"
    assert browser(cast.ada).get(ENTER).location == CANVAS, "each person for themselves"
    ben.get(CANVAS).close()
    assert ben.get(ENTER).location == CANVAS


def test_another_agent_opens_in_the_view_used_last(ben: FlaskClient) -> None:
    ben.get(EDIT).close()
    copy = post(ben, f"{AGENTS}/greeter", f"{AGENTS}/greeter/copies").location
    assert ben.get(f"{copy}/edit/view").location == f"{copy}/edit"
