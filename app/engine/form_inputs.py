"""The questions of a form: read from a step's settings, and their answers checked and settled."""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from app.engine.field import FormData
from app.engine.file_port import is_file
from app.engine.values import Json
from app.engine.words import listed

MAX_INPUTS = 50
MAX_OPTIONS = 100
MAX_ANSWER_CHARS = 20_000

_KEY = re.compile(r"[a-z][a-z0-9_]{0,39}\Z")
# 1,234 is a little more than one in Berlin and more than a thousand in Boston.
_UNCLEAR = re.compile(r"[+-]?\d{1,3},\d{3}\Z")
_ENDING = re.compile(r"\.?[A-Za-z0-9]{1,10}\Z")
_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s.]+(\.[^@\s.]+)+\Z")


class InputKind(StrEnum):
    """What a question asks for."""

    TEXT = "text"
    LONG_TEXT = "long_text"
    NUMBER = "number"
    CHOICE = "choice"
    SWITCH = "switch"
    EMAIL = "email"
    DATE = "date"
    FILE = "file"

    @property
    def words(self) -> str:
        """What people read."""
        return _KIND_WORDS[self]


_KIND_WORDS = {
    InputKind.TEXT: "Short text",
    InputKind.LONG_TEXT: "Long text",
    InputKind.NUMBER: "Number",
    InputKind.CHOICE: "Choice",
    InputKind.SWITCH: "Yes or no",
    InputKind.EMAIL: "E-mail address",
    InputKind.DATE: "Date",
    InputKind.FILE: "File",
}


@dataclass(frozen=True, slots=True)
class FormInput:
    """One question; its answer becomes `trigger.<key>`.

    `options` are the choices of a choice, and the endings that a file may have (".xlsx").
    """

    key: str
    label: str
    kind: InputKind = InputKind.TEXT
    required: bool = False
    options: tuple[str, ...] = ()
    hint: str = ""


def read_inputs(value: object) -> tuple[tuple[FormInput, ...], tuple[str, ...]]:
    """The questions in a step's settings, and what is wrong with them in plain sentences."""
    if not isinstance(value, list) or not all(isinstance(row, dict) for row in value):
        return (), ("The questions must be a list.",)
    if len(value) > MAX_INPUTS:
        return (), (f"A form can have {MAX_INPUTS} questions at most.",)
    inputs: list[FormInput] = []
    problems: list[str] = []
    for number, row in enumerate(value, start=1):
        problem = _row_problem(number, row, {one.key for one in inputs})
        if problem:
            problems.append(problem)
        else:
            inputs.append(_input(row))
    return tuple(inputs), tuple(problems)


def read_answers(inputs: Sequence[FormInput], data: FormData) -> dict[str, Json]:
    """The answers in a posted form, as typed, by key; a box that is not ticked is False."""
    return {
        one.key: (one.key in data if one.kind is InputKind.SWITCH else data.get(one.key, ""))
        for one in inputs
    }


def settle_answers(
    inputs: Sequence[FormInput], answers: Mapping[str, Any]
) -> tuple[dict[str, Json], dict[str, str]]:
    """The answers as values (numbers as numbers), and a sentence for each that does not fit.

    Optional questions without an answer give None, a switch False. Answers to questions that
    were not asked are left out.
    """
    settled: dict[str, Json] = {}
    wrong: dict[str, str] = {}
    for one in inputs:
        try:
            settled[one.key] = _settle(one, answers.get(one.key))
        except _Unfit as unfit:
            wrong[one.key] = str(unfit)
    return settled, wrong


class _Unfit(ValueError):
    """An answer does not fit its question."""


def _settle(one: FormInput, answer: Any) -> Json:
    if one.kind is InputKind.SWITCH:
        return _switch(one, answer)
    if answer is None or (isinstance(answer, str) and not answer.strip()):
        if one.required:
            raise _Unfit(f"“{one.label}” is needed.")
        return None
    if one.kind is InputKind.NUMBER:
        return _number(one, answer)
    if one.kind is InputKind.FILE:
        return _file(one, answer)
    if not isinstance(answer, str | int | float) or isinstance(answer, bool):
        raise _Unfit(f"“{one.label}” must be text.")
    text = str(answer) if one.kind is InputKind.LONG_TEXT else str(answer).strip()
    if len(text) > MAX_ANSWER_CHARS:
        raise _Unfit(f"“{one.label}” can have {MAX_ANSWER_CHARS:,} characters at most.")
    return _text(one, text)


def _text(one: FormInput, text: str) -> str:
    if one.kind is InputKind.CHOICE and text not in one.options:
        raise _Unfit(f"“{one.label}” must be one of its choices.")
    if one.kind is InputKind.EMAIL and not _EMAIL.match(text):
        raise _Unfit(f"“{one.label}” must be an e-mail address, such as ana@example.org.")
    if one.kind is InputKind.DATE:
        try:
            return date.fromisoformat(text).isoformat()
        except ValueError:
            raise _Unfit(f"“{one.label}” must be a date, such as 2026-11-30.") from None
    return text


def _number(one: FormInput, answer: Any) -> Json:
    if isinstance(answer, str) and _UNCLEAR.match(answer.strip()):
        raise _Unfit(f"“{one.label}” could be read in two ways. Write it without the comma.")
    try:
        number = float(answer.strip().replace(",", ".") if isinstance(answer, str) else answer)
    except (ValueError, TypeError, OverflowError):
        number = math.nan
    if not math.isfinite(number) or isinstance(answer, bool):
        raise _Unfit(f"“{one.label}” must be a number.")
    return int(number) if number == int(number) and abs(number) < 1e15 else number


def _file(one: FormInput, answer: Any) -> Json:
    """The file's value as it is: whether this run may open it is for the door to say."""
    if not is_file(answer):
        raise _Unfit(f"“{one.label}” must be a file.")
    name = str(answer["name"]).lower()
    if one.options and not name.endswith(tuple(one.options)):
        kinds = listed(one.options, "or")
        raise _Unfit(f"“{one.label}” must be a file of the kind {kinds}.")
    return dict(answer)


def _switch(one: FormInput, answer: Any) -> bool:
    on = str(answer).strip().casefold() in {"true", "yes", "on", "1"}
    if one.required and not on:
        raise _Unfit(f"“{one.label}” must be ticked.")
    return on


def _row_problem(number: int, row: dict[str, Any], taken: set[str]) -> str:
    label, key = row.get("label"), row.get("key")
    if not set(row) <= {"label", "key", "kind", "required", "options", "hint"}:
        return f"Question {number} has a part that is not known here."
    if not isinstance(label, str) or not label.strip() or len(label) > 120:
        return f"Question {number} has no label."
    if not isinstance(key, str) or not _KEY.match(key):
        return f"“{label}” needs a key of small letters, digits and _, such as order_number."
    if key in taken:
        return f"Two questions have the key {key}."
    if row.get("kind", "text") not in [one.value for one in InputKind]:
        return f"“{label}” asks for something that is not known here."
    options = row.get("options") or []
    if not isinstance(options, list) or not all(isinstance(one, str) for one in options):
        return f"The choices of “{label}” must be texts."
    if row.get("kind") == InputKind.CHOICE and not 2 <= len(options) <= MAX_OPTIONS:
        return f"“{label}” needs 2 choices at least and {MAX_OPTIONS} at most."
    if row.get("kind") == InputKind.FILE and not all(_ENDING.match(one) for one in options):
        return f"“{label}” takes kinds of files by their endings, such as .xlsx or .pdf."
    return ""


def _input(row: dict[str, Any]) -> FormInput:
    options = tuple(row.get("options") or ())
    if row.get("kind") == InputKind.FILE:
        options = tuple("." + one.lower().lstrip(".") for one in options)
    return FormInput(
        key=row["key"],
        label=row["label"].strip(),
        kind=InputKind(row.get("kind", "text")),
        required=bool(row.get("required")),
        options=options,
        hint=str(row.get("hint") or ""),
    )
