"""Values that a step proposes and a person may change: what kind each is, and what was changed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from app.engine.form_inputs import MAX_ANSWER_CHARS, MAX_OPTIONS, FormInput, InputKind
from app.engine.values import Json
from app.lib.resolver import as_text

LINE_CHARS = 90


class ValueKind(StrEnum):
    """How a proposed value is shown; FIXED ones are lists, groups, files and very long texts."""

    TEXT = "text"
    LONG_TEXT = "long_text"
    NUMBER = "number"
    SWITCH = "switch"
    CHOICE = "choice"
    FIXED = "fixed"


@dataclass(frozen=True, slots=True)
class Proposed:
    """One value as it was proposed; `label` is its name in words, where that is another."""

    name: str
    value: Json
    kind: ValueKind
    choices: tuple[str, ...] = ()
    label: str = ""

    @property
    def called(self) -> str:
        """What people read beside the value."""
        return self.label or self.name

    @property
    def typed(self) -> str:
        """The value as it stands in its field."""
        return as_text(self.value)

    def question(self, key: str) -> FormInput:
        """The value as a question of a form, answered by what was proposed."""
        kind = InputKind.TEXT if self.kind is ValueKind.FIXED else InputKind(self.kind.value)
        return FormInput(key=key, label=self.called, kind=kind, options=self.choices)


def proposed(rows: object, choices: object = ()) -> tuple[Proposed, ...]:
    """The rows of a step's settings as proposed values; `choices` are rows of a name and a list."""
    offered = {str(row["name"]): _options(row["value"]) for row in _rows(choices)}
    return tuple(
        replace(
            _proposed(str(row["name"]), row["value"], offered.get(str(row["name"]), ())),
            label=str(row.get("label") or ""),
        )
        for row in _rows(rows)
    )


def as_rows(values: Sequence[Proposed]) -> list[Json]:
    """Proposed values as JSON that `from_rows` reads."""
    return [
        {
            "name": one.name,
            "value": one.value,
            "kind": one.kind.value,
            "choices": list(one.choices),
            **({"label": one.label} if one.label else {}),
        }
        for one in values
    ]


def from_rows(rows: object) -> tuple[Proposed, ...]:
    """What `as_rows` made."""
    return tuple(
        Proposed(
            row["name"],
            row["value"],
            ValueKind(row["kind"]),
            tuple(row["choices"]),
            str(row.get("label") or ""),
        )
        for row in _rows(rows)
    )


def kept_or_changed(one: Proposed, answer: Json) -> Json:
    """The value after a person has seen it: the very same unless they wrote something else."""
    if one.kind is ValueKind.FIXED:
        return one.value
    if one.kind in (ValueKind.TEXT, ValueKind.LONG_TEXT, ValueKind.CHOICE):
        text = _plain(as_text(answer))
        return one.value if text == _plain(one.typed) else text
    return one.value if answer == one.value else answer


def changed_names(values: Sequence[Proposed], now: Mapping[str, Any]) -> list[str]:
    """The names of the values that are not as they were proposed."""
    return [one.name for one in values if one.name in now and now[one.name] != one.value]


def _proposed(name: str, value: Json, choices: tuple[str, ...]) -> Proposed:
    if choices and isinstance(value, str):
        among = choices if value in choices else (value, *choices)
        return Proposed(name, value, ValueKind.CHOICE, among)
    return Proposed(name, value, _kind(value))


def _kind(value: Json) -> ValueKind:
    if isinstance(value, bool):
        return ValueKind.SWITCH
    if isinstance(value, int | float):
        return ValueKind.NUMBER
    if value is None:
        return ValueKind.TEXT
    if not isinstance(value, str) or len(value) > MAX_ANSWER_CHARS:
        return ValueKind.FIXED
    return ValueKind.LONG_TEXT if "\n" in value or len(value) > LINE_CHARS else ValueKind.TEXT


def _options(value: Json) -> tuple[str, ...]:
    pieces = value if isinstance(value, list) else as_text(value).replace("\n", ",").split(",")
    options = (as_text(piece).strip() for piece in pieces)
    return tuple(dict.fromkeys(option for option in options if option))[:MAX_OPTIONS]


def _plain(text: str) -> str:
    """Without what a browser changes by itself: the ends of lines, spaces around."""
    return text.replace("\r\n", "\n").strip()


def _rows(rows: object) -> list[dict[str, Any]]:
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list | tuple) else []
