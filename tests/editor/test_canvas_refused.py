"""What the canvas may not save: refused with a sentence and the place, the last good draft kept."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from tests.editor.canvas import DRAFT, Count, Drawn, Save, put, step_named


def _circle(drawn: Drawn) -> str:
    greet = step_named(drawn, "Greet")["id"]
    link = {"id": "back0000", "source": greet, "source_port": "out", "target": greet}
    drawn["edges"].append(link)
    return greet


def _missing(drawn: Drawn) -> str:
    ask = step_named(drawn, "Ask")["id"]
    link = {"id": "lost0000", "source": ask, "source_port": "out", "target": "gone0000"}
    drawn["edges"].append(link)
    return ask


def _same_key(drawn: Drawn) -> str:
    greet = step_named(drawn, "Greet")
    greet["key"] = step_named(drawn, "Ask")["key"]
    return greet["id"]


def _across(drawn: Drawn) -> str:
    drawn["nodes"].append({"id": "loop0000", "type": "loop", "key": "loop", "name": "Loop"})
    drawn["nodes"].append(
        {"id": "in000000", "type": "wait", "key": "inner", "name": "Inner", "parent": "loop0000"}
    )
    ask = step_named(drawn, "Ask")["id"]
    drawn["edges"].append(
        {"id": "over0000", "source": ask, "source_port": "out", "target": "in000000"}
    )
    return ask


def _unknown_part(drawn: Drawn) -> str:
    step_named(drawn, "Greet")["run_as_root"] = True
    return step_named(drawn, "Greet")["id"]


def _too_many(drawn: Drawn) -> None:
    for number in range(1_001 - len(drawn["nodes"])):
        drawn["nodes"].append(
            {"id": f"n{number:07}", "type": "wait", "key": f"n{number}", "name": "Wait"}
        )


def _long_note(drawn: Drawn) -> None:
    drawn["notes"] = [{"id": "note0000", "x": 0, "y": 0, "w": 80, "h": 80, "text": "a" * 4_001}]


def _many_notes(drawn: Drawn) -> None:
    note = {"x": 0, "y": 0, "w": 80, "h": 80, "text": ""}
    drawn["notes"] = [{**note, "id": f"n{number:07}"} for number in range(501)]


def _strange_frame(drawn: Drawn) -> None:
    frame = {"id": "frame000", "x": 0, "y": 0, "w": 80, "h": 80, "title": "Mail"}
    drawn["frames"] = [{**frame, "onclick": "alert(1)"}]


def _colour(drawn: Drawn) -> None:
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
    drawn: Drawn,
    revision: Count,
    spoil: Callable[[Drawn], str | None],
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
    answer = put(ben, DRAFT, b'{"revision": 1, "graph": "' + b"a" * 2_600_000 + b'"}')
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
    answer = put(ben, DRAFT, body)
    assert answer.status_code == 400
    assert answer.json is not None
    assert sentence in answer.json["sentence"]
