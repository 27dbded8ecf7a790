"""Settings about the columns of a list: which ones, in which order, compared, summed up."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from app.engine.conditions import OPERATORS
from app.engine.field import Field, FormData
from app.engine.field_rows import MAX_ROWS, Conditions, posted_rows
from app.engine.values import Json


@dataclass(frozen=True, kw_only=True)
class Columns(Field):
    """Names of columns, in order: `[{"name"}, …]`."""

    kind: ClassVar[str] = "columns"
    empty_row: ClassVar[Mapping[str, Json] | None] = {"name": ""}
    # A row's further choice: (its name, what it may be, in words); the first is the default.
    choice: ClassVar[tuple[str, tuple[tuple[str, str], ...]] | None] = None
    typed: ClassVar[tuple[str, ...]] = ("name",)

    @property
    def options(self) -> tuple[tuple[str, str], ...]:
        """What a row's choice may be: (stored value, words on screen) pairs."""
        return self.choice[1] if self.choice else ()

    def initial(self) -> Json:
        """No rows."""
        return []

    def parse_form(self, data: FormData, prefix: str) -> Json:
        """The rows as typed."""
        also = (self.choice[0],) if self.choice else ()
        rows: list[Json] = []
        for row in posted_rows(data, prefix, self.typed, also=also):
            found: dict[str, Json] = {name: row.get(name, "").strip() for name in self.typed}
            if self.choice:
                found[self.choice[0]] = row.get(self.choice[0], self.options[0][0])
            rows.append(found)
        return rows

    def check(self, value: Json) -> list[str]:
        """Rows that each name a column."""
        columns = {*self.typed, *((self.choice[0],) if self.choice else ())}
        if not _are_rows(value, columns):
            return [f"“{self.label}” must be rows that each name a column."]
        problems = super().check(value)
        for number, row in enumerate(value, start=1):  # type: ignore[arg-type]
            problems += self.row_problems(number, row)
        return problems

    def row_problems(self, number: int, row: Any) -> list[str]:
        """What is wrong with one row."""
        if not str(row["name"]).strip():
            return [f"Row {number} of “{self.label}” names no column."]
        if self.choice and row[self.choice[0]] not in dict(self.options):
            return [f"Row {number} of “{self.label}” has a choice that is not known here."]
        return []

    def json_schema(self) -> dict[str, Json]:
        """An array of rows."""
        inside: dict[str, Json] = {name: {"type": "string"} for name in self.typed}
        if self.choice:
            options: list[Json] = [stored for stored, _ in self.options]
            inside[self.choice[0]] = {"type": "string", "enum": options}
        item: Json = {"type": "object", "properties": inside, "additionalProperties": False}
        return self._described({"type": "array", "maxItems": MAX_ROWS, "items": item})


@dataclass(frozen=True, kw_only=True)
class SortKeys(Columns):
    """What to sort by, the first counts most: `[{"name", "order": "up" | "down"}, …]`."""

    kind: ClassVar[str] = "sort_keys"
    empty_row: ClassVar[Mapping[str, Json] | None] = {"name": "", "order": "up"}
    choice: ClassVar[tuple[str, tuple[tuple[str, str], ...]] | None] = (
        "order",
        (("up", "Smallest first, A to Z"), ("down", "Largest first, Z to A")),
    )


@dataclass(frozen=True, kw_only=True)
class Summaries(Columns):
    """What to work out from a column: `[{"how", "name", "as"}, …]`; `as` may be empty."""

    kind: ClassVar[str] = "summaries"
    empty_row: ClassVar[Mapping[str, Json] | None] = {"name": "", "how": "sum", "as": ""}
    typed: ClassVar[tuple[str, ...]] = ("name", "as")
    choice: ClassVar[tuple[str, tuple[tuple[str, str], ...]] | None] = (
        "how",
        (
            ("sum", "Sum of"),
            ("average", "Average of"),
            ("min", "Smallest of"),
            ("max", "Largest of"),
            ("filled", "How many have"),
            ("different", "How many different"),
            ("first", "First of"),
            ("last", "Last of"),
            ("list", "List of"),
        ),
    )


@dataclass(frozen=True, kw_only=True)
class ColumnConditions(Conditions):
    """Conditions about the items of a list; the `value` of a row names a column of the item."""

    kind: ClassVar[str] = "column_conditions"
    needs_row: ClassVar[bool] = False

    def _row_problems(self, number: int, row: Any) -> list[str]:
        if str(row["operator"]) in OPERATORS and row["value"] in ("", None):
            return [f"Condition {number} does not say which column to look at."]
        return super()._row_problems(number, row)


def _are_rows(value: Any, columns: set[str]) -> bool:
    return (
        isinstance(value, list)
        and len(value) <= MAX_ROWS
        and all(isinstance(row, dict) and set(row) == columns for row in value)
    )
