"""Fills a JSON schema from a text: by labels such as `Total: 12 €`, then by how values look."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from app.engine.values import Json
from app.llm.practice.looks import found_by_look, number_in
from app.llm.practice.sorting import sorted_into
from app.llm.practice.summary import summarised
from app.llm.practice.words import stems

MAX_ITEMS = 100
_LABEL = re.compile(r"^[ \t\-*•>]{0,8}([^\W\d_][^:=\n]{0,50})[:=][ \t]*(\S.*)$", re.MULTILINE)
_BULLET = re.compile(r"^[ \t]{0,8}(?:[-*•]|\d{1,2}[.)])[ \t]+(\S.*)$", re.MULTILINE)
_YES = re.compile(r"\b(yes|true|ja|oui|sí|ok|agreed|confirmed)\b", re.IGNORECASE)
_NO = re.compile(r"\b(no|not|false|never|without|nein|non)\b", re.IGNORECASE)


def filled(schema: Mapping[str, Any], text: str, instructions: str) -> dict[str, Json]:
    """A group of values that fits the schema."""
    made: dict[str, Json] = {}
    for name, inner in schema.get("properties", {}).items():
        found = _value(name, inner, text, instructions)
        if found is None and "null" not in _types(inner):
            found = _empty(inner, is_required=name in schema.get("required", ()))
        if found is not None or "null" in _types(inner):
            made[name] = found
    return made


def _value(name: str, schema: Mapping[str, Any], text: str, instructions: str) -> Json:
    options = schema.get("enum")
    if isinstance(options, list) and all(isinstance(one, str) for one in options):
        return sorted_into(text, options, instructions)[0]
    if name == "confidence":
        return _confidence(text, instructions)
    types = _types(schema)
    kind = next((one for one in types if one != "null"), "string")
    return _BY_KIND.get(kind, _text)(name, schema, text, instructions)


def _text(name: str, schema: Mapping[str, Any], text: str, instructions: str) -> Json:
    about = f"{name} {schema.get('description', '')}"
    labelled = _labelled(about, text)
    looked = found_by_look(about, labelled or text)
    if looked is not None or labelled is not None:
        return looked or labelled
    if re.search(r"summar|subject|title|topic", about, re.IGNORECASE):
        return summarised(text, "one sentence")
    if re.search(r"reason|why|explanation", about, re.IGNORECASE):
        return "The words of the text fit this best."
    return None


def _number(name: str, schema: Mapping[str, Any], text: str, instructions: str) -> Json:
    about = f"{name} {schema.get('description', '')}"
    labelled = _labelled(about, text)
    found = number_in(about, labelled) if labelled is not None else number_in(about, text)
    if found is not None and "integer" in _types(schema):
        return int(found)
    return found


def _switch(name: str, schema: Mapping[str, Any], text: str, instructions: str) -> Json:
    about = f"{name} {schema.get('description', '')}"
    labelled = _labelled(about, text)
    if labelled is not None:
        return bool(_YES.search(labelled)) and not _NO.search(labelled)
    meant = stems(about.replace("_", " "))
    near = [line for line in re.split(r"[.!?\n]", text) if meant & stems(line)]
    if not near:
        return False
    return not any(_NO.search(line) for line in near)


def _list(name: str, schema: Mapping[str, Any], text: str, instructions: str) -> Json:
    inner = schema.get("items")
    inner = inner if isinstance(inner, Mapping) else {}
    labelled = _labelled(f"{name} {schema.get('description', '')}", text)
    rows: Sequence[str] = _BULLET.findall(text)
    if labelled is not None:
        rows = [one.strip() for one in re.split(r"[,;]", labelled) if one.strip()]
    rows = rows[:MAX_ITEMS]
    if "object" in _types(inner):
        return [filled(inner, row, instructions) for row in rows]
    if "string" in _types(inner):
        return list(rows)
    numbers = (number_in(name, row) for row in rows)
    return [one for one in numbers if one is not None]


def _group(name: str, schema: Mapping[str, Any], text: str, instructions: str) -> Json:
    return filled(schema, text, instructions)


def _labelled(about: str, text: str) -> str | None:
    """What stands behind the label that shares most words with the name."""
    meant = stems(about.replace("_", " "))
    best, score = None, 0.0
    for label, value in _LABEL.findall(text):
        said = stems(label)
        shared = len(meant & said) / max(1, len(said))
        if shared > score and shared >= 0.5:
            best, score = value.strip(), shared
    return best


def _confidence(text: str, instructions: str) -> float:
    choices = re.findall(r"^- ([^:\n]+):", instructions, re.MULTILINE)
    return sorted_into(text, choices, instructions)[1] if choices else 0.5


def _empty(schema: Mapping[str, Any], *, is_required: bool) -> Json:
    if not is_required:
        return None
    kinds: dict[str, Json] = {"number": 0, "integer": 0, "boolean": False, "array": []}
    kind = next((one for one in _types(schema)), "string")
    return filled(schema, "", "") if kind == "object" else kinds.get(kind, "")


def _types(schema: Mapping[str, Any]) -> tuple[str, ...]:
    found = schema.get("type", ())
    return (found,) if isinstance(found, str) else tuple(found)


_BY_KIND: Mapping[str, Callable[[str, Mapping[str, Any], str, str], Json]] = {
    "string": _text,
    "number": _number,
    "integer": _number,
    "boolean": _switch,
    "array": _list,
    "object": _group,
}
