"""JSON schemas of what is asked of a model, as all providers take them."""

from collections.abc import Mapping
from typing import Any

from app.engine.shape import Rows, as_schema
from app.engine.values import Json


def schema_of(rows: Rows) -> dict[str, Json]:
    """The shape as a schema in which every value stands, null where it need not be there.

    Providers that hold a model to a schema want all names required and none besides.
    """
    closed: dict[str, Json] = _closed(as_schema(rows))
    return closed


def optional(rows: Rows) -> list[dict[str, Any]]:
    """The same rows with none of them required."""
    return [{**row, "required": False} for row in rows]


def group_of(properties: Mapping[str, Json]) -> dict[str, Json]:
    """A schema of a group in which all of these stand."""
    names: list[Json] = list(properties)
    return {
        "type": "object",
        "properties": dict(properties),
        "required": names,
        "additionalProperties": False,
    }


def _closed(schema: Any) -> Any:
    if schema.get("type") == "array":
        return {**schema, "items": _closed(schema["items"])}
    if schema.get("type") != "object":
        return schema
    needed = schema.get("required", ())
    made = {}
    for name, inner in schema["properties"].items():
        closed = _closed(inner)
        made[name] = closed if name in needed else {**closed, "type": [closed["type"], "null"]}
    kept = {name: value for name, value in schema.items() if name == "description"}
    return {**group_of(made), **kept}
