"""Keeps of a tool's schema only what has the form that JSON Schema gives it."""

from collections.abc import Callable, Mapping
from typing import Any

from app.lib.json_guard import JsonValue

MAX_DEPTH = 12
_TYPES = frozenset({"string", "number", "integer", "boolean", "array", "object", "null"})


def sane(schema: Mapping[str, Any], depth: int = MAX_DEPTH) -> dict[str, JsonValue]:
    """The schema without what is malformed, or deeper than anybody needs.

    Words that nothing here knows are left out, too: references, patterns and the like bind nobody.
    """
    if depth == 0:
        return {}
    made: dict[str, JsonValue] = {
        name: schema[name] for name, fits in _FIT.items() if name in schema and fits(schema[name])
    }
    properties = schema.get("properties")
    if isinstance(properties, Mapping):
        made["properties"] = {
            str(name): sane(one, depth - 1) if isinstance(one, Mapping) else {}
            for name, one in properties.items()
        }
    if isinstance(schema.get("items"), Mapping):
        made["items"] = sane(schema["items"], depth - 1)
    more = schema.get("additionalProperties")
    if more is not None:
        made["additionalProperties"] = more is not False
    for name in ("anyOf", "oneOf"):
        if isinstance(schema.get(name), list):
            options: Any = schema[name]
            made["anyOf"] = [sane(one, depth - 1) for one in options if isinstance(one, Mapping)]
    return made


def _is_type(value: Any) -> bool:
    several = value if isinstance(value, list) else [value]
    return bool(several) and all(isinstance(one, str) and one in _TYPES for one in several)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _are_names(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


def _is_list(value: Any) -> bool:
    return isinstance(value, list)


_FIT: Mapping[str, Callable[[Any], bool]] = {
    "type": _is_type,
    "title": _is_text,
    "description": _is_text,
    "enum": _is_list,
    "required": _are_names,
    "minimum": _is_number,
    "maximum": _is_number,
    "maxLength": _is_count,
    "minItems": _is_count,
    "maxItems": _is_count,
}
