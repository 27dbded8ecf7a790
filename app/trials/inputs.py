"""The values a step is tried with, as fields that a person can change, and back again."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from app.engine.values import Json
from app.lib.json_guard import JsonRefused, parse
from app.runs.questions import is_incomplete
from app.trials.earlier import Given
from app.trials.needs import Need

How = Literal["text", "json"]
MAX_CHARS = 200_000
HIDDEN = "It was hidden or shortened when it was kept. Type what the step is to be tried with."
_NOTHING = object()


@dataclass(frozen=True, slots=True)
class Input:
    """One value as a field shows it. `exact` is what it stands for while nobody changes it.

    `state`: known, hidden (only a part of it was kept) or missing (no step gave it yet).
    """

    need: Need
    text: str
    how: How
    state: Literal["known", "hidden", "missing"]
    words: str = ""
    exact: Json = None
    error: str = ""

    @property
    def is_long(self) -> bool:
        """Whether it takes more than a line to write."""
        return self.how == "json" or len(self.text) > 80 or "\n" in self.text


class Unreadable(ValueError):
    """Some fields hold no value; `inputs` are all of them, with the words and what is wrong."""

    def __init__(self, inputs: Sequence[Input]) -> None:
        super().__init__("Some values could not be read.")
        self.inputs = inputs


def inputs(needs: Sequence[Need], known: Mapping[str, Given]) -> list[Input]:
    """One field per value, filled in with what is known."""
    return [_input(need, known.get(need.source.id)) for need in needs]


def known_values(shown: Sequence[Input]) -> list[tuple[Need, Json]]:
    """The values that are there without asking anybody."""
    return [(one.need, one.exact) for one in shown if one.state == "known"]


def read(shown: Sequence[Input], typed: Mapping[str, str]) -> list[tuple[Need, Json]]:
    """The values as typed; what was left as it is stands for the exact value.

    `typed` has `v:<name>` and `as:<name>`. Values that stay missing are left out. Raises
    Unreadable.
    """
    found: list[tuple[Need, Json]] = []
    checked: list[Input] = []
    for one in shown:
        back = _typed(one, typed)
        try:
            value = _value(one, back)
            if value is not _NOTHING:
                found.append((one.need, value))
        except ValueError as wrong:
            back = replace(back, error=str(wrong))
        checked.append(back)
    if any(one.error for one in checked):
        raise Unreadable(checked)
    return found


def as_typed(shown: Sequence[Input], typed: Mapping[str, str]) -> list[Input]:
    """The fields with a person's words in them, for asking something else first."""
    return [_typed(one, typed) for one in shown]


def outputs(values: Sequence[tuple[Need, Json]], known: Mapping[str, Given]) -> dict[str, Json]:
    """By step id: what each step is said to have given, with the values put in their places."""
    found: dict[str, Json] = {}
    for need, value in values:
        step_id = need.source.id
        if step_id not in found:
            given = known.get(step_id)
            found[step_id] = _copy(given.exact) if given else {}
        found[step_id] = _with(found[step_id], need.parts, value)
    return found


def _input(need: Need, given: Given | None) -> Input:
    shown: Any = _at(given.shown, need.parts) if given else _NOTHING
    if given is None or shown is _NOTHING:
        return Input(need, "", "text" if need.parts else "json", "missing")
    exact = _at(given.exact, need.parts)
    if is_incomplete(shown) and shown == exact:  # no more of it was kept
        return Input(need, "", _how(shown), "hidden", given.words)
    return Input(need, _text(shown), _how(shown), "known", given.words, exact)


def _typed(one: Input, typed: Mapping[str, str]) -> Input:
    text = typed.get(f"v:{one.need.name}", one.text).replace("\r\n", "\n")
    how: How = "json" if typed.get(f"as:{one.need.name}", one.how) == "json" else "text"
    return replace(one, text=text, how=how)


def _value(one: Input, back: Input) -> Any:
    """What the field stands for; _NOTHING for a missing value. Raises ValueError in words."""
    if one.state == "known" and (back.text, back.how) == (one.text, one.how):
        return one.exact
    if not back.text and one.state == "hidden":
        raise ValueError(HIDDEN)
    if not back.text and one.state == "missing":
        return _NOTHING
    if len(back.text) > MAX_CHARS:
        raise ValueError(f"Use at most {MAX_CHARS:,} characters.")
    if back.how == "text":
        return back.text
    try:
        return parse(back.text)
    except JsonRefused as refused:
        raise ValueError(refused.sentence) from None


def _how(value: Any) -> How:
    return "text" if isinstance(value, str) else "json"


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, indent=2)


def _at(value: Any, parts: Sequence[str]) -> Any:
    for part in parts:
        if not isinstance(value, dict) or part not in value:
            return _NOTHING
        value = value[part]
    return value


def _with(value: Json, parts: Sequence[str], put: Json) -> Json:
    if not parts:
        return put
    group = value if isinstance(value, dict) else {}
    return {**group, parts[0]: _with(group.get(parts[0]), parts[1:], put)}


def _copy(value: Json) -> Json:
    return dict(value) if isinstance(value, dict) else value
