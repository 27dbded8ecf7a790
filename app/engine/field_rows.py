"""Settings that are rows: names with values, conditions, the questions of a form.

In a posted form a row's controls are called `<prefix>-<number>-<column>`; rows come in the order
of their numbers, gaps are fine, a row that is empty throughout or has `<prefix>-<number>-remove`
is left out.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from app.engine.conditions import OPERATORS
from app.engine.field import Field, FormData
from app.engine.form_inputs import InputKind, read_inputs
from app.engine.values import Json

MAX_ROWS = 100


@dataclass(frozen=True, kw_only=True)
class KeyValues(Field):
    """Rows of a name and a value, kept in order: `[{"name", "value"}, …]`."""

    name_label: str = "Name"
    value_label: str = "Value"
    unique: bool = False
    kind: ClassVar[str] = "key_values"
    empty_row: ClassVar[Mapping[str, Json] | None] = {"name": "", "value": ""}

    def initial(self) -> Json:
        """No rows."""
        return []

    def parse_form(self, data: FormData, prefix: str) -> Json:
        """The rows as typed."""
        return [
            {"name": row.get("name", "").strip(), "value": row.get("value", "")}
            for row in posted_rows(data, prefix, ("name", "value"))
        ]

    def check(self, value: Json) -> list[str]:
        """Rows with names, none of them twice where that would lose a value."""
        if not _rows(value, {"name", "value"}):
            return [f"“{self.label}” must be rows of a name and a value."]
        problems = super().check(value)
        names = [str(row["name"]).strip() for row in value]  # type: ignore[union-attr,index,call-overload]
        problems += [
            f"Row {number} of “{self.label}” has no name."
            for number, name in enumerate(names, start=1)
            if not name
        ]
        twice = sorted({name for name in names if name and names.count(name) > 1})
        if self.unique and twice:
            problems.append(f"“{twice[0]}” is in “{self.label}” twice; the later one would win.")
        return problems

    def json_schema(self) -> dict[str, Json]:
        """An array of {name, value}."""
        return self._described(_array({"name": {"type": "string"}, "value": {}}))


@dataclass(frozen=True, kw_only=True)
class Conditions(Field):
    """`{"match": "all" | "any", "rows": [{"value", "operator", "value2"}, …]}`."""

    kind: ClassVar[str] = "conditions"
    empty_row: ClassVar[Mapping[str, Json] | None] = {"value": "", "operator": "is", "value2": ""}
    needs_row: ClassVar[bool] = True
    match_words: ClassVar[tuple[tuple[str, str], ...]] = (
        ("all", "All of these are true"),
        ("any", "One of these is true"),
    )
    operators: ClassVar[tuple[tuple[str, str, bool], ...]] = tuple(
        (one.id, one.words, one.needs_second) for one in OPERATORS.values()
    )

    def initial(self) -> Json:
        """One empty row, to be filled in."""
        return {"match": "all", "rows": [{"value": "", "operator": "is", "value2": ""}]}

    def is_empty(self, value: Json) -> bool:
        """Whether there is no row."""
        return not isinstance(value, dict) or not value.get("rows")

    def parse_form(self, data: FormData, prefix: str) -> Json:
        """The rows as typed; `<prefix>-match` holds all or any."""
        rows: list[Json] = [
            {
                "value": row.get("value", ""),
                "operator": row.get("operator", "is"),
                "value2": row.get("value2", ""),
            }
            for row in posted_rows(data, prefix, ("value", "value2"), also=("operator",))
        ]
        return {"match": "any" if data.get(f"{prefix}-match") == "any" else "all", "rows": rows}

    def check(self, value: Json) -> list[str]:
        """Rows whose sides are filled in and whose operator is known."""
        if not isinstance(value, dict) or set(value) != {"match", "rows"}:
            return [f"“{self.label}” must be rows of conditions."]
        if value["match"] not in ("all", "any") or not _rows(
            value["rows"], {"value", "operator", "value2"}
        ):
            return [f"“{self.label}” must be rows of conditions."]
        problems = super().check(value)
        for number, row in enumerate(value["rows"], start=1):  # type: ignore[arg-type]
            problems += self._row_problems(number, row)
        return problems

    def _row_problems(self, number: int, row: Any) -> list[str]:
        operator = OPERATORS.get(str(row["operator"]))
        if operator is None:
            return [f"Condition {number} compares in a way that is not known here."]
        if row["value"] in ("", None):
            return [f"Condition {number} does not say which value to look at."]
        if operator.needs_second and row["value2"] in ("", None):
            return [
                f"Condition {number} does not say what to compare with. "
                "To look for an empty value, choose “is empty”."
            ]
        return []

    def json_schema(self) -> dict[str, Json]:
        """An object of match and rows."""
        row: dict[str, Json] = {
            "value": {},
            "operator": {"type": "string", "enum": list(OPERATORS)},
            "value2": {},
        }
        match: Json = {"type": "string", "enum": ["all", "any"]}
        return self._described(
            {"type": "object", "properties": {"match": match, "rows": _array(row)}}
        )


@dataclass(frozen=True, kw_only=True)
class FormFields(Field):
    """The questions of a form, as `engine.form_inputs` reads them."""

    kind: ClassVar[str] = "form_fields"
    templated: ClassVar[bool] = False
    empty_row: ClassVar[Mapping[str, Json] | None] = {
        "label": "",
        "key": "",
        "kind": "text",
        "required": False,
        "options": [],
        "hint": "",
    }
    input_kinds: ClassVar[tuple[tuple[str, str], ...]] = tuple(
        (one.value, one.words) for one in InputKind
    )

    def initial(self) -> Json:
        """No questions."""
        return []

    def parse_form(self, data: FormData, prefix: str) -> Json:
        """The rows as typed; `…-options` holds one choice a line, `…-required` is a box."""
        typed = ("label", "key", "options", "hint")
        return [
            {
                "label": row.get("label", "").strip(),
                "key": row.get("key", "").strip(),
                "kind": row.get("kind", InputKind.TEXT.value),
                "required": row.get("required", "") not in ("", "off", "false", "0"),
                "options": [
                    line.strip() for line in row.get("options", "").splitlines() if line.strip()
                ],
                "hint": row.get("hint", "").strip(),
            }
            for row in posted_rows(data, prefix, typed, also=("kind", "required"))
        ]

    def check(self, value: Json) -> list[str]:
        """What is wrong with the questions."""
        return super().check(value) + list(read_inputs(value)[1])

    def json_schema(self) -> dict[str, Json]:
        """An array of questions."""
        text: Json = {"type": "string"}
        return self._described(
            _array(
                {
                    "label": text,
                    "key": text,
                    "kind": {"type": "string", "enum": [one.value for one in InputKind]},
                    "required": {"type": "boolean"},
                    "options": {"type": "array", "items": text},
                    "hint": text,
                }
            )
        )


def posted_rows(
    data: FormData, prefix: str, columns: tuple[str, ...], *, also: tuple[str, ...] = ()
) -> list[dict[str, str]]:
    """The rows of a posted form, at most MAX_ROWS, empty and removed ones left out.

    A row counts as empty when all of `columns` are; the columns in `also` always have a value
    in a browser, so they do not count.
    """
    form = re.compile(re.escape(prefix) + r"-(\d{1,4})-[a-z0-9_]+\Z")
    numbers = sorted({int(found[1]) for name in data if (found := form.match(name))})
    rows = []
    for number in numbers:
        row = {column: data.get(f"{prefix}-{number}-{column}", "") for column in (*columns, *also)}
        if f"{prefix}-{number}-remove" in data or not any(row[name].strip() for name in columns):
            continue
        rows.append({column: typed for column, typed in row.items() if typed})
    return rows[:MAX_ROWS]


def _rows(value: Any, columns: set[str]) -> bool:
    return (
        isinstance(value, list)
        and len(value) <= MAX_ROWS
        and all(isinstance(row, dict) and set(row) == columns for row in value)
    )


def _array(properties: dict[str, Json]) -> dict[str, Json]:
    item: dict[str, Json] = {
        "type": "object",
        "properties": properties,
        "additionalProperties": False,
    }
    return {"type": "array", "maxItems": MAX_ROWS, "items": item}
