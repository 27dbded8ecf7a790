"""Whether a value fits a JSON schema: the part of it (2020-12) that steps make use of.

Types, `properties`, `required`, `additionalProperties: false`, `items`, `enum` and the limits of
numbers, texts and lists. Other words of a schema are passed over.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

MAX_FAULTS = 20


def faults(value: Any, schema: Mapping[str, Any], place: str = "") -> Iterator[str]:
    """A sentence for each place where the value does not fit."""
    types = _types(schema)
    if types and not any(_IS[one](value) for one in types if one in _IS):
        yield f"{_called(place)} should be {' or '.join(_WORDS.get(one, one) for one in types)}."
        return
    options = schema.get("enum")
    if isinstance(options, list) and value not in options:
        yield f"{_called(place)} should be one of {', '.join(map(str, options))}."
    yield from _limits(value, schema, place)
    if isinstance(value, dict):
        yield from _inside(value, schema, place)
    elif isinstance(value, list) and isinstance(schema.get("items"), Mapping):
        for number, item in enumerate(value):
            yield from faults(item, schema["items"], f"{place}[{number}]")


def fitted(value: Any, schema: Mapping[str, Any]) -> Any:
    """The value with what is only written differently put right.

    Models write numbers as texts and leave out what they did not find; that needs no second try.
    """
    types = _types(schema)
    if isinstance(value, str) and types and "string" not in types:
        return _read(value.strip(), types)
    if isinstance(value, float) and "integer" in types and value == int(value):
        return int(value)
    if isinstance(value, list) and isinstance(schema.get("items"), Mapping):
        return [fitted(item, schema["items"]) for item in value]
    if isinstance(value, dict):
        return _fitted_group(value, schema)
    return value


def _fitted_group(value: dict[str, Any], schema: Mapping[str, Any]) -> dict[str, Any]:
    declared = schema.get("properties", {})
    made = {
        name: fitted(item, declared[name]) if name in declared else item
        for name, item in value.items()
        if name in declared or schema.get("additionalProperties") is not False
    }
    for name, inner in declared.items():
        if name not in made and "null" in _types(inner):
            made[name] = None
    return made


def _read(text: str, types: tuple[str, ...]) -> Any:
    if "null" in types and text.lower() in ("", "null", "none"):
        return None
    if "boolean" in types and text.lower() in ("true", "yes", "false", "no"):
        return text.lower() in ("true", "yes")
    if "integer" in types or "number" in types:
        try:
            number = float(text)
        except ValueError:
            return text
        return int(number) if number.is_integer() else number
    return text


def _inside(value: dict[str, Any], schema: Mapping[str, Any], place: str) -> Iterator[str]:
    declared = schema.get("properties", {})
    for name in schema.get("required", ()):
        if name not in value:
            yield f"{_called(_below(place, name))} is missing."
    for name, item in value.items():
        if name in declared:
            yield from faults(item, declared[name], _below(place, name))
        elif schema.get("additionalProperties") is False:
            yield f"{_called(_below(place, name))} was not asked for."


def _limits(value: Any, schema: Mapping[str, Any], place: str) -> Iterator[str]:
    if _is_number(value):
        if "minimum" in schema and value < schema["minimum"]:
            yield f"{_called(place)} should be {schema['minimum']} or more."
        if "maximum" in schema and value > schema["maximum"]:
            yield f"{_called(place)} should be {schema['maximum']} or less."
    if isinstance(value, str) and len(value) > schema.get("maxLength", len(value)):
        yield f"{_called(place)} should have {schema['maxLength']} characters at most."
    if isinstance(value, list):
        if len(value) < schema.get("minItems", 0):
            yield f"{_called(place)} should have {schema['minItems']} items at least."
        if len(value) > schema.get("maxItems", len(value)):
            yield f"{_called(place)} should have {schema['maxItems']} items at most."


def _types(schema: Mapping[str, Any]) -> tuple[str, ...]:
    found = schema.get("type", ())
    return (found,) if isinstance(found, str) else tuple(found)


def _below(place: str, name: str) -> str:
    return f"{place}.{name}" if place else name


def _called(place: str) -> str:
    return f"“{place}”" if place else "The answer"


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


_WORDS = {
    "string": "a text",
    "number": "a number",
    "integer": "a whole number",
    "boolean": "true or false",
    "array": "a list",
    "object": "a group of values",
    "null": "null",
}
_IS: Mapping[str, Callable[[Any], bool]] = {
    "string": lambda value: isinstance(value, str),
    "number": _is_number,
    "integer": lambda value: _is_number(value) and value == int(value),
    "boolean": lambda value: isinstance(value, bool),
    "array": lambda value: isinstance(value, list),
    "object": lambda value: isinstance(value, dict),
    "null": lambda value: value is None,
}
