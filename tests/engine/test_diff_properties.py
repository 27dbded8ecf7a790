"""Every setting of every kind of step is told, whatever it was and is; texts are kept whole."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.engine.diff_text import marked_words, shortened
from app.engine.graph import Retry, Step
from app.engine.states import OnError
from app.nodes.catalogue import CATALOGUE
from tests.engine.flows import flow, step, word
from tests.engine.test_diff import FLOW, START, told


def _other(value: Any, field: Any) -> Any:
    """Another value for a setting, of the shape that its kind keeps."""
    options = getattr(field, "options", ())
    if field.kind == "choice":
        return next(one for one, _ in options if one != value)
    if field.kind == "switch":
        return not value
    if field.kind == "number":
        return (value or 0) + 7
    if field.kind == "key_values":
        return [*value, {"name": "another", "value": "x"}]
    if field.kind in ("conditions", "column_conditions"):
        row = {"value": "another", "operator": "is", "value2": "y"}
        return {"match": "any", "rows": [*value["rows"], row]}
    if field.kind == "cases":
        fresh = {
            "id": "another0",
            "label": "",
            "value": "a",
            "operator": "is",
            "value2": "",
        }
        return [*value, fresh]
    if field.kind == "form_fields":
        return [*value, {**field.empty_row, "label": "More", "key": "another"}]
    if field.kind == "schedule":
        return {**value, "times": ["23:17"]}
    if field.empty_row is not None:
        return [*value, {**field.empty_row, "name": "another"}]
    return f"{value} other"


EVERY_SETTING = [
    pytest.param(kind, name, id=f"{kind}.{name}")
    for kind, step_type in CATALOGUE.items()
    for name in step_type.fields
]


@pytest.mark.parametrize(("kind", "name"), EVERY_SETTING)
def test_every_setting_of_every_kind_is_told(kind: str, name: str) -> None:
    field = CATALOGUE[kind].fields[name]
    before = flow(START, step("one", kind))
    value = _other(before.steps[1].fields[name], field)
    one = before.steps[1]
    after = replace(before, steps=(START, replace(one, fields={**one.fields, name: value})))
    for old, new in ((before, after), (after, before)):
        changes = told(old, new).changes
        assert changes
        assert all(change.step_id == word("one") and change.text for change in changes)
        assert told(new, new).changes == ()


PARTS: dict[str, Any] = {
    "name": st.text(min_size=1, max_size=20),
    "key": st.from_regex(r"[a-z]{3,9}", fullmatch=True),
    "disabled": st.booleans(),
    "note": st.text(max_size=80),
    "on_error": st.sampled_from(list(OnError)),
    "default_output": st.none() | st.text(max_size=60) | st.integers(),
    "timeout_s": st.none() | st.floats(1, 60),
    "retry": st.builds(Retry, times=st.integers(0, 5), wait_s=st.integers(0, 9)),
}


@given(
    st.sampled_from(["form", "limit", "call", "reply"]), st.fixed_dictionaries({}, optional=PARTS)
)
def test_every_change_of_a_step_is_told_and_nothing_else(key: str, parts: dict[str, Any]) -> None:
    old = FLOW.step(word(key))
    new = replace(old, **parts)
    after = replace(FLOW, steps=tuple(new if one is old else one for one in FLOW.steps))
    if len({one.key for one in after.steps}) < len(after.steps):
        return
    found = told(FLOW, after)
    # a change of its words in spelling only is a change, too
    assert bool(found.changes) == (_read(new) != _read(old))
    assert set(found.marks) == ({old.id} if found.changes else set())
    assert told(after, after).changes == ()


def _read(one: Step) -> tuple[object, ...]:
    stand_in = one.default_output if one.default_output is not None else ""
    return (
        one.name,
        one.key,
        one.disabled,
        one.note,
        one.on_error,
        str(stand_in),
        one.timeout_s,
        one.retry,
    )


@given(st.text(max_size=200), st.text(max_size=200))
def test_marked_words_hold_both_texts(before: str, after: str) -> None:
    pieces = marked_words(before, after)
    assert "".join(one.text for one in pieces if one.mark != "new") == before
    assert "".join(one.text for one in pieces if one.mark != "old") == after


def test_a_long_text_is_compared_in_no_time_and_cut_to_what_is_different() -> None:
    words = [f"word{number}" for number in range(20_000)]
    before = " ".join(words)
    words[10_000] = "another"
    pieces = shortened(marked_words(before, " ".join(words)))
    assert sum(len(one.text) for one in pieces) < 400
    assert [one.text for one in pieces if one.mark] == ["word10000", "another"]
    whole = marked_words(before, " ".join(reversed(words)))
    assert "".join(one.text for one in whole if one.mark != "new") == before
