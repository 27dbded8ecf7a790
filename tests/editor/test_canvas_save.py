"""The canvas saves the whole draft at once: what is kept, and who was faster."""

from collections.abc import Callable

from flask.testing import FlaskClient

from app.accounts.models import User
from tests.agents.flows import named
from tests.cast import Cast
from tests.editor.canvas import CANVAS, DRAFT, Count, Drawn, Read, Save, flow_of, put, step_named

Browser = Callable[[User], FlaskClient]


def test_it_works(save: Save, drawn: Drawn, draft_graph: Read, revision: Count) -> None:
    step_named(drawn, "Greet").update(x=240, y=480)
    drawn["notes"] = [
        {
            **{"id": "note0001", "x": 8, "y": 16, "w": 200, "h": 80, "text": "Ask <b>Mei</b>"},
            **{"colour": "amber", "by": "Ben", "at": "2026-11-03"},
        }
    ]
    before = revision()
    answer = save(drawn)
    assert answer.status_code == 200
    assert answer.json is not None
    assert answer.json["revision"] == before + 1 == revision()
    assert answer.json["views"] == {}, "a step that moved looks as it did"
    assert answer.json["problems"] == []
    greet = named(draft_graph(), "Greet")
    assert (greet.x, greet.y) == (240, 480)
    assert draft_graph().notes[0].text == "Ask <b>Mei</b>"


def test_a_new_step_comes_back_with_its_look_and_its_problems(save: Save, drawn: Drawn) -> None:
    new = {"id": "new00000", "type": "http_request", "key": "get_it", "name": "Get it"}
    fields = {"method": "GET", "url": "https://api.example.org/v1"}
    drawn["nodes"].append({**new, "fields": fields})
    told = save(drawn).json or {}
    assert told["views"].keys() == {"new00000"}
    assert told["views"]["new00000"]["about"] == "GET api.example.org"
    assert told["views"]["new00000"]["is_only"] is True
    assert {"step_id": "new00000", "field": None, "severity": "error"}.items() <= {
        name: told["problems"][0][name] for name in ("step_id", "field", "severity")
    }.items()
    assert "No way leads to this step." in told["problems"][0]["text"]


def test_the_same_change_sent_twice_is_saved_once_and_told_in_full(
    save: Save, drawn: Drawn, revision: Count
) -> None:
    before = revision()
    step_named(drawn, "Greet")["x"] = 800
    assert save(drawn, of=before).status_code == 200
    again = save(drawn, of=before)
    assert again.status_code == 200, "the first answer was lost on its way"
    assert again.json is not None
    assert again.json["revision"] == before + 1 == revision()
    assert len(again.json["views"]) == 2


def test_who_is_slower_hears_of_the_other_draft(
    ben: FlaskClient,
    browser: Browser,
    cast: Cast,
    save: Save,
    drawn: Drawn,
    revision: Count,
) -> None:
    before = revision()
    step_named(drawn, "Greet")["name"] = "Say hello"
    assert put(browser(cast.ada), DRAFT, {"revision": before, "graph": drawn}).status_code == 200
    step_named(drawn, "Say hello")["name"] = "Welcome"
    answer = save(drawn, of=before)
    assert answer.status_code == 409
    assert answer.json is not None
    assert answer.json["revision"] == before + 1
    assert answer.json["by"] == cast.ada.name
    assert answer.json["at"]
    assert "Say hello" in [one["name"] for one in answer.json["graph"]["nodes"]]
    assert len(answer.json["views"]) == 2
    assert answer.json["problems"] == []


def test_a_step_of_a_newer_version_is_drawn_and_saved_untouched(
    ben: FlaskClient, save: Save, drawn: Drawn, draft_graph: Read
) -> None:
    ask = step_named(drawn, "Ask")["id"]
    strange = {"id": "future00", "type": "teleport", "key": "teleport", "name": "Teleport"}
    drawn["nodes"].append({**strange, "type_version": 7, "fields": {"to": ["Mars", {"deep": 1}]}})
    drawn["edges"].append(
        {
            **{"id": "fut00001", "source": "future00", "source_port": "arrived"},
            "target": step_named(drawn, "Greet")["id"],
        }
    )
    told = save(drawn).json or {}
    look = told["views"]["future00"]
    assert look["is_known"] is False
    assert [way["port"] for way in look["ways"]] == ["arrived"]
    assert draft_graph().step("future00").fields == {"to": ["Mars", {"deep": 1}]}
    assert [one["step_id"] for one in told["problems"] if "not known here" in one["text"]] == [
        "future00"
    ]
    assert ask in [one["id"] for one in flow_of(ben)["graph"]["nodes"]]


def test_names_stay_text(ben: FlaskClient, save: Save, drawn: Drawn) -> None:
    name = "\"'</script><b>\u202eevil"
    step_named(drawn, "Greet")["name"] = name
    assert save(drawn).status_code == 200
    page = ben.get(CANVAS)
    assert "</script><b>" not in page.text
    assert name in [one["name"] for one in flow_of(ben)["graph"]["nodes"]]


def test_a_viewer_may_not(browser: Browser, cast: Cast, save: Save, drawn: Drawn) -> None:
    answer = put(browser(cast.cleo), DRAFT, {"revision": 1, "graph": drawn})
    assert answer.status_code == 403


def test_without_the_token_nothing_is_saved(
    ben: FlaskClient, drawn: Drawn, revision: Count
) -> None:
    before = revision()
    answer = ben.put(DRAFT, json={"revision": before, "graph": drawn})
    assert answer.status_code == 400
    assert revision() == before
