"""The categories that something is sorted into: rows, each with a way out of its own."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, TypeGuard

from app.engine.field import Field, FormData
from app.engine.field_rows import posted_rows
from app.engine.values import Json
from app.lib.ids import new_word

MAX_CATEGORIES = 20
_ID = re.compile(r"[a-z0-9]{8}\Z")
_PARTS = {"id", "label", "description"}


@dataclass(frozen=True, kw_only=True)
class Categories(Field):
    """`[{"id", "label", "description"}, …]`.

    `id` is the port by which what belongs there leaves: a word that stays when rows move.
    """

    kind: ClassVar[str] = "categories"
    templated: ClassVar[bool] = False
    empty_row: ClassVar[Mapping[str, Json] | None] = {"id": "", "label": "", "description": ""}
    needs_row: ClassVar[bool] = True

    def initial(self) -> Json:
        """One empty category, to be filled in."""
        return [{"id": "categry1", "label": "", "description": ""}]

    def parse_form(self, data: FormData, prefix: str) -> Json:
        """The rows as typed; a new row gets its id here. One that has its id stays when empty."""
        rows = posted_rows(data, prefix, ("label", "description", "id"))
        return [
            {
                "id": row["id"] if _ID.match(row.get("id", "")) else new_word(),
                "label": row.get("label", "").strip(),
                "description": row.get("description", "").strip(),
            }
            for row in rows
        ]

    def check(self, value: Json) -> list[str]:
        """Categories with a name each, none twice."""
        if not is_categories(value):
            return [f"“{self.label}” must be rows of categories."]
        if self.required and not value:
            return [f"“{self.label}” is empty."]
        if len(value) > MAX_CATEGORIES:
            return [f"“{self.label}” can have {MAX_CATEGORIES} categories at most."]
        names = [str(row["label"]).strip() for row in value]
        problems = [f"Category {at} has no name." for at, name in enumerate(names, 1) if not name]
        folded = [name.casefold() for name in names if name]
        twice = next((one for one in names if one and folded.count(one.casefold()) > 1), None)
        return [*problems, f"Two categories are called “{twice}”."] if twice else problems

    def json_schema(self) -> dict[str, Json]:
        """An array of categories."""
        text: Json = {"type": "string"}
        row: dict[str, Json] = {
            "type": "object",
            "properties": {"id": text, "label": text, "description": text},
        }
        return self._described({"type": "array", "maxItems": MAX_CATEGORIES, "items": row})


def is_categories(value: object) -> TypeGuard[list[dict[str, Json]]]:
    """Whether a value has the shape of categories, ids unique."""
    return (
        isinstance(value, list)
        and all(isinstance(row, dict) and set(row) == _PARTS for row in value)
        and all(isinstance(part, str) for row in value for part in row.values())
        and all(_ID.match(row["id"]) for row in value)
        and len({row["id"] for row in value}) == len(value)
    )


def category_name(row: Mapping[str, Json], number: int) -> str:
    """What a category is called: its name, else `Category 2`."""
    return str(row.get("label") or "").strip() or f"Category {number}"
