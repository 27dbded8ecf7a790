"""The canvas saves the whole draft at once: what is kept, what is refused, and who was faster."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.accounts.models import User
from app.engine.graph import Graph
from tests.agents.flows import named
from tests.agents.pages import AGENTS
from tests.cast import Cast

Browser = Callable[[User], FlaskClient]
Read = Callable[[], Graph]
Count = Callable[[], int]
Save = Callable[..., TestResponse]
CANVAS = f"{AGENTS}/greeter/canvas"
DRAFT = f"{AGENTS}/greeter/draft"


def _csrf(client: FlaskClient) -> str:
    page = client.get(f"{AGENTS}/greeter/edit").text
    return page.partition('name="csrf-token" content="')[2].partition('"')[0]


def _put(client: FlaskClient, address: str, value: object) -> TestResponse:
    body = value if isinstance(value, bytes | str) else json.dumps(value)
    return client.put(
        address,
        data=body,
        content_type="application/json",
        headers={"X-CSRFToken": _csrf(client)},
    )


@pytest.fixture
def save(ben: FlaskClient, revision: Count) -> Save:
    """Ben's canvas saves a graph, from the newest draft unless told otherwise."""

    def put(graph: object, *, of: int | None = None) -> TestResponse:
        sent = {"revision": revision() if of is None else of, "graph": graph}
        return _put(ben, DRAFT, sent)

    return put


@pytest.fixture
def drawn(draft_graph: Read) -> dict[str, Any]:
    """The draft as the canvas holds it."""
    return json.loads(json.dumps(draft_graph().to_json()))


def _step(drawn: dict[str, Any], name: str) -> dict[str, Any]:
    return next(one for one in drawn["nodes"] if one["name"] == name)


def test_it_works(save: Save, drawn: dict[str, Any], draft_graph: Read, revision: Count) -> None:
    _step(drawn, "Greet").update(x=240, y=480)
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


def test_a_new_step_comes_back_with_its_look_and_its_problems(
    save: Save, drawn: dict[str, Any]
) -> None:
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
    save: Save, drawn: dict[str, Any], revision: Count
) -> None:
    before = revision()
    _step(drawn, "Greet")["x"] = 800
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
    drawn: dict[str, Any],
    revision: Count,
) -> None:
    before = revision()
    _step(drawn, "Greet")["name"] = "Say hello"
    assert _put(browser(cast.ada), DRAFT, {"revision": before, "graph": drawn}).status_code == 200
    _step(drawn, "Say hello")["name"] = "Welcome"
    answer = save(drawn, of=before)
    assert answer.status_code == 409
    assert answer.json is not None
    assert answer.json["revision"] == before + 1
    assert answer.json["by"] == cast.ada.name
    assert answer.json["at"]
    assert "Say hello" in [one["name"] for one in answer.json["graph"]["nodes"]]
    assert len(answer.json["views"]) == 2
    assert answer.json["problems"] == []


def _circle(drawn: dict[str, Any]) -> str:
    greet = _step(drawn, "Greet")["id"]
    link = {"id": "back0000", "source": greet, "source_port": "out", "target": greet}
    drawn["edges"].append(link)
    return greet


def _missing(drawn: dict[str, Any]) -> str:
    ask = _step(drawn, "Ask")["id"]
    link = {"id": "lost0000", "source": ask, "source_port": "out", "target": "gone0000"}
    drawn["edges"].append(link)
    return ask


def _same_key(drawn: dict[str, Any]) -> str:
    greet = _step(drawn, "Greet")
    greet["key"] = _step(drawn, "Ask")["key"]
    return greet["id"]


def _across(drawn: dict[str, Any]) -> str:
    drawn["nodes"].append({"id": "loop0000", "type": "loop", "key": "loop", "name": "Loop"})
    drawn["nodes"].append(
        {"id": "in000000", "type": "wait", "key": "inner", "name": "Inner", "parent": "loop0000"}
    )
    ask = _step(drawn, "Ask")["id"]
    drawn["edges"].append(
        {"id": "over0000", "source": ask, "source_port": "out", "target": "in000000"}
    )
    return ask


def _unknown_part(drawn: dict[str, Any]) -> str:
    _step(drawn, "Greet")["run_as_root"] = True
    return _step(drawn, "Greet")["id"]


def _too_many(drawn: dict[str, Any]) -> None:
    for number in range(1_001 - len(drawn["nodes"])):
        drawn["nodes"].append(
            {"id": f"n{number:07}", "type": "wait", "key": f"n{number}", "name": "Wait"}
        )


def _long_note(drawn: dict[str, Any]) -> None:
    drawn["notes"] = [{"id": "note0000", "x": 0, "y": 0, "w": 80, "h": 80, "text": "a" * 4_001}]


def _many_notes(drawn: dict[str, Any]) -> None:
    note = {"x": 0, "y": 0, "w": 80, "h": 80, "text": ""}
    drawn["notes"] = [{**note, "id": f"n{number:07}"} for number in range(501)]


def _strange_frame(drawn: dict[str, Any]) -> None:
    frame = {"id": "frame000", "x": 0, "y": 0, "w": 80, "h": 80, "title": "Mail"}
    drawn["frames"] = [{**frame, "onclick": "alert(1)"}]


def _colour(drawn: dict[str, Any]) -> None:
    frame = {"id": "frame000", "x": 0, "y": 0, "w": 80, "h": 80, "title": "Mail"}
    drawn["frames"] = [{**frame, "colour": "url(https://evil.example)"}]


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (_circle, "lead in a circle"),
        (_missing, "a step that does not exist"),
        (_same_key, "“Ask” and “Greet” are both steps."),
        (_across, "“Ask” and “Inner” are not in the same loop"),
        (_unknown_part, "a part that is not known here: run_as_root"),
        (_too_many, "too many: 1,000 at most"),
        (_long_note, "4,000 characters at most"),
        (_many_notes, "too many: 500 at most"),
        (_strange_frame, "a part that is not known here: onclick"),
        (_colour, "a colour that is not known here"),
    ],
)
def test_what_is_no_flow_is_refused_at_its_place_and_the_draft_stays(
    save: Save,
    drawn: dict[str, Any],
    revision: Count,
    spoil: Callable[[dict[str, Any]], str | None],
    sentence: str,
) -> None:
    before = revision()
    step_id = spoil(drawn)
    answer = save(drawn)
    assert answer.status_code == 422
    assert answer.json is not None
    assert sentence in answer.json["sentence"]
    assert answer.json["step_id"] == step_id
    assert revision() == before


def test_a_body_that_is_too_large_is_refused_before_it_is_read(
    ben: FlaskClient, revision: Count
) -> None:
    before = revision()
    answer = _put(ben, DRAFT, b'{"revision": 1, "graph": "' + b"a" * 2_600_000 + b'"}')
    assert answer.status_code == 413
    assert answer.json == {"sentence": "That is larger than 2.5 MB.", "step_id": None}
    assert revision() == before


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ("", "not valid JSON"),
        ("[]", "not known here"),
        ('{"revision": 1}', "not known here"),
        ('{"revision": "1", "graph": {}}', "which draft"),
        ('{"revision": 1, "graph": {}, "force": true}', "not known here"),
        ('{"revision": 1, "graph": {"__proto__": {}}}', "“__proto__” is not allowed"),
        ('{"revision": 1, "graph": ' + "[" * 40 + "]" * 40 + "}", "levels deep"),
        ('{"revision": 1, "graph": {"x": NaN}}', "NaN"),
    ],
)
def test_rubbish_is_400_with_a_sentence(ben: FlaskClient, body: str, sentence: str) -> None:
    answer = _put(ben, DRAFT, body)
    assert answer.status_code == 400
    assert answer.json is not None
    assert sentence in answer.json["sentence"]


def test_a_step_of_a_newer_version_is_drawn_and_saved_untouched(
    ben: FlaskClient, save: Save, drawn: dict[str, Any], draft_graph: Read
) -> None:
    ask = _step(drawn, "Ask")["id"]
    strange = {"id": "future00", "type": "teleport", "key": "teleport", "name": "Teleport"}
    drawn["nodes"].append({**strange, "type_version": 7, "fields": {"to": ["Mars", {"deep": 1}]}})
    drawn["edges"].append(
        {
            **{"id": "fut00001", "source": "future00", "source_port": "arrived"},
            "target": _step(drawn, "Greet")["id"],
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


def test_names_stay_text(ben: FlaskClient, save: Save, drawn: dict[str, Any]) -> None:
    name = "\"'</script><b>\u202eevil"
    _step(drawn, "Greet")["name"] = name
    assert save(drawn).status_code == 200
    page = ben.get(CANVAS)
    assert "</script><b>" not in page.text
    assert name in [one["name"] for one in flow_of(ben)["graph"]["nodes"]]


def test_a_viewer_may_not(browser: Browser, cast: Cast, save: Save, drawn: dict[str, Any]) -> None:
    answer = _put(browser(cast.cleo), DRAFT, {"revision": 1, "graph": drawn})
    assert answer.status_code == 403


def test_without_the_token_nothing_is_saved(
    ben: FlaskClient, drawn: dict[str, Any], revision: Count
) -> None:
    before = revision()
    answer = ben.put(DRAFT, json={"revision": before, "graph": drawn})
    assert answer.status_code == 400
    assert revision() == before


def flow_of(client: FlaskClient) -> dict[str, Any]:
    """The data of the canvas page."""
    page = client.get(CANVAS).text
    text = page.partition('id="flow">')[2].partition("</script>")[0]
    return dict(json.loads(text))
