"""The setting in which people say what shape a value has, row by row."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from app.engine.field import Field, FormData
from app.engine.shape import KINDS, NESTED
from app.engine.values import Json

MAX_ROWS = 50
_OWN = {"name", "kind", "required", "description"}


@dataclass(frozen=True, kw_only=True)
class Schema(Field):
    """The rows of `engine.shape`, one level of groups inside.

    `of` names what of the step's result has this shape.
    """

    of: str = "value"
    kind: ClassVar[str] = "schema"
    templated: ClassVar[bool] = False
    empty_row: ClassVar[Mapping[str, Json] | None] = {
        "name": "",
        "kind": "text",
        "required": False,
        "description": "",
        "inside": [],
    }
    value_kinds: ClassVar[tuple[tuple[str, str], ...]] = tuple(
        (stored, words) for stored, words, _ in KINDS
    )

    def initial(self) -> Json:
        """No rows: anything goes."""
        return []

    def parse_form(self, data: FormData, prefix: str) -> Json:
        """The rows as typed; those of a group are called `<prefix>-<number>-in-<number>-…`."""
        rows: list[Json] = []
        for number in _numbers(data, prefix):
            row = _posted(data, f"{prefix}-{number}")
            if row is None:
                continue
            inner = f"{prefix}-{number}-in"
            inside = [_posted(data, f"{inner}-{one}") for one in _numbers(data, inner)]
            kept: list[Json] = [one for one in inside if one is not None]
            rows.append({**row, "inside": kept if row["kind"] in NESTED else []})
        return rows[:MAX_ROWS]

    def check(self, value: Json) -> list[str]:
        """Rows with a name each, none twice, of kinds that are known."""
        if not _are_rows(value, {*_OWN, "inside"}):
            return [f"“{self.label}” must be rows of a name and what it holds."]
        problems = super().check(value) + self._problems(value, "")
        for row in value:  # type: ignore[union-attr]
            inside, name = row["inside"], row["name"]  # type: ignore[index,call-overload]
            if not _are_rows(inside, _OWN):
                return [f"“{self.label}” must be rows of a name and what it holds."]
            problems += self._problems(inside, f" of “{name}”")
        return problems

    def json_schema(self) -> dict[str, Json]:
        """An array of rows."""
        own: dict[str, Json] = {
            "name": {"type": "string"},
            "kind": {"type": "string", "enum": [stored for stored, _ in self.value_kinds]},
            "required": {"type": "boolean"},
            "description": {"type": "string"},
        }
        inside: Json = {"type": "array", "items": {"type": "object", "properties": own}}
        item: Json = {"type": "object", "properties": {**own, "inside": inside}}
        return self._described({"type": "array", "maxItems": MAX_ROWS, "items": item})

    def _problems(self, rows: Any, place: str) -> list[str]:
        names = [row["name"] for row in rows]
        known = dict(self.value_kinds)
        found = [f"Row {n} of “{self.label}”{place} has no name." for n, one in _counted(names, "")]
        found += [
            f"“{one}” is in “{self.label}”{place} twice."
            for one in sorted({name for name in names if name and names.count(name) > 1})
        ]
        is_inner = bool(place)
        for row in rows:
            if row["kind"] not in known or (is_inner and row["kind"] in NESTED):
                found.append(
                    f"“{row['name']}” of “{self.label}” has a kind that is not known here."
                )
        return found


def _counted(names: list[Any], wanted: str) -> list[tuple[int, Any]]:
    return [(number, one) for number, one in enumerate(names, start=1) if one == wanted]


def _numbers(data: FormData, prefix: str) -> list[int]:
    form = re.compile(re.escape(prefix) + r"-(\d{1,3})-name\Z")
    return sorted({int(found[1]) for name in data if (found := form.match(name))})


def _posted(data: FormData, base: str) -> dict[str, Json] | None:
    """One row as typed; None for one that is empty or removed."""
    name = data.get(f"{base}-name", "").strip()
    description = data.get(f"{base}-description", "").strip()
    if f"{base}-remove" in data or not (name or description):
        return None
    return {
        "name": name,
        "kind": data.get(f"{base}-kind", "text"),
        "required": data.get(f"{base}-required", "") not in ("", "off", "false", "0"),
        "description": description,
    }


def _are_rows(value: Any, columns: set[str]) -> bool:
    return (
        isinstance(value, list)
        and len(value) <= MAX_ROWS
        and all(isinstance(row, dict) and set(row) == columns for row in value)
        and all(isinstance(row["name"], str) for row in value)
    )
