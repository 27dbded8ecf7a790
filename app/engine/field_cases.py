"""The cases of a switch: rows, each a condition and a way out of its own."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, TypeGuard

from app.engine.conditions import OPERATORS
from app.engine.field import Field, FormData
from app.engine.field_rows import posted_rows
from app.engine.values import Json
from app.lib.ids import new_word

MAX_CASES = 20
_ID = re.compile(r"[a-z0-9]{8}\Z")
_PARTS = {"id", "label", "value", "operator", "value2"}


@dataclass(frozen=True, kw_only=True)
class Cases(Field):
    """`[{"id", "label", "value", "operator", "value2"}, …]`, looked at from the top.

    `id` is the port by which the case leaves: a word that stays when rows move.
    """

    kind: ClassVar[str] = "cases"
    empty_row: ClassVar[Mapping[str, Json] | None] = {
        "id": "",
        "label": "",
        "value": "",
        "operator": "is",
        "value2": "",
    }
    needs_row: ClassVar[bool] = True
    operators: ClassVar[tuple[tuple[str, str, bool], ...]] = tuple(
        (one.id, one.words, one.needs_second) for one in OPERATORS.values()
    )

    def initial(self) -> Json:
        """One empty case, to be filled in."""
        return [_case("case0001", {})]

    def parse_form(self, data: FormData, prefix: str) -> Json:
        """The rows as typed; a new row gets its id here. One that has its id stays when empty."""
        rows = posted_rows(data, prefix, ("label", "value", "value2", "id"), also=("operator",))
        return [
            _case(row["id"] if _ID.match(row.get("id", "")) else new_word(), row) for row in rows
        ]

    def check(self, value: Json) -> list[str]:
        """Cases that say what they compare, each with a name of its own."""
        if not is_cases(value):
            return [f"“{self.label}” must be rows of cases."]
        problems = [f"“{self.label}” is empty."] if self.required and not value else []
        if len(value) > MAX_CASES:
            problems.append(f"“{self.label}” can have {MAX_CASES} cases at most.")
        names = [label_of(row, number) for number, row in enumerate(value, start=1)]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            problems.append(f"Two cases are called “{twice[0]}”.")
        for number, row in enumerate(value, start=1):
            problems += _row_problems(label_of(row, number), row)
        return problems

    def json_schema(self) -> dict[str, Json]:
        """An array of cases."""
        text: Json = {"type": "string"}
        operator: Json = {"type": "string", "enum": list(OPERATORS)}
        row: dict[str, Json] = {
            "type": "object",
            "properties": {
                "id": text,
                "label": text,
                "value": {},
                "operator": operator,
                "value2": {},
            },
        }
        return self._described({"type": "array", "maxItems": MAX_CASES, "items": row})


def is_cases(value: object) -> TypeGuard[list[dict[str, Json]]]:
    """Whether a value has the shape of cases, ids unique."""
    return (
        isinstance(value, list)
        and all(isinstance(row, dict) and set(row) == _PARTS for row in value)
        and all(isinstance(row["id"], str) and _ID.match(row["id"]) for row in value)
        and len({row["id"] for row in value}) == len(value)
    )


def label_of(row: dict[str, Json], number: int) -> str:
    """What a case is called: its name, else `Case 2`."""
    return str(row.get("label") or "").strip() or f"Case {number}"


def _case(case_id: str, row: dict[str, str]) -> dict[str, Json]:
    return {
        "id": case_id,
        "label": row.get("label", "").strip(),
        "value": row.get("value", ""),
        "operator": row.get("operator", "is"),
        "value2": row.get("value2", ""),
    }


def _row_problems(name: str, row: dict[str, Json]) -> list[str]:
    operator = OPERATORS.get(str(row["operator"]))
    if operator is None:
        return [f"“{name}” compares in a way that is not known here."]
    if row["value"] in ("", None):
        return [f"“{name}” does not say which value to look at."]
    if operator.needs_second and row["value2"] in ("", None):
        return [f"“{name}” does not say what to compare with."]
    return []
