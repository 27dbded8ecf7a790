"""What the page of a table shows: its rows as the address asks for them, and ways on."""

import base64
import binascii
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from typing import Any

from werkzeug.datastructures import MultiDict

from app.data_tables.cells import shown
from app.data_tables.columns import Column, ColumnKind, TableRefused, find_column
from app.data_tables.conditions import Conditions, read_conditions
from app.data_tables.listing import FoundRow, Place, Query
from app.data_tables.models import DataRow, DataTable
from app.engine.conditions import OPERATORS
from app.engine.values import Json

PAGE_SIZE = 50
MAX_FILTERS = 10
MAX_WORDS = 200
_ORDERED = ("is", "is_not", "more_than", "less_than", "at_least", "at_most")
_WORDED = ("contains", "contains_not", "is", "is_not", "starts_with", "ends_with")
_FILLED = ("is_empty", "is_not_empty")


@dataclass(frozen=True, slots=True)
class Filter:
    """One condition in the address: a column's key, a comparison, and what was typed."""

    column: Column
    operator: str
    value: str

    @property
    def words(self) -> str:
        """The condition as one says it."""
        operator = OPERATORS[self.operator]
        ending = f" {self.value}" if operator.needs_second else ""
        return f"{self.column.name} {operator.words}{ending}"


@dataclass(frozen=True, slots=True)
class View:
    """How a person looks at a table: words, conditions, order. `problem` says what is wrong."""

    table: DataTable
    words: str
    filters: tuple[Filter, ...]
    sort: Column | None
    is_descending: bool
    conditions: Conditions
    problem: str

    @property
    def query(self) -> Query:
        """What to ask the database."""
        return Query(self.words, self.conditions, self.sort, self.is_descending)

    @property
    def is_narrowed(self) -> bool:
        """Whether some rows are not meant."""
        return bool(self.words or self.filters)

    def address(self, **changes: Any) -> dict[str, Any]:
        """The parameters of this view with some of them changed; empty ones left out."""
        filters = changes.pop("filters", self.filters)
        sort = self.sort.key if self.sort else ""
        wanted: dict[str, Any] = {
            "q": self.words,
            "sort": f"-{sort}" if sort and self.is_descending else sort,
            "column": tuple(one.column.key for one in filters),
            "operator": tuple(one.operator for one in filters),
            "value": tuple(one.value for one in filters),
            **changes,
        }
        return {name: value for name, value in wanted.items() if value}

    def without(self, leave_out: Filter) -> dict[str, Any]:
        """The parameters without one of the conditions."""
        return self.address(filters=[one for one in self.filters if one is not leave_out])

    def sorted_by(self, column: Column) -> dict[str, Any]:
        """The parameters for sorting by a column: up, then down, then as rows were added."""
        if self.sort is None or self.sort.key != column.key:
            return self.address(sort=column.key)
        return self.address(sort="" if self.is_descending else f"-{column.key}")

    def order_of(self, column: Column) -> str:
        """What a screen reader says of a column's order."""
        if self.sort is None or self.sort.key != column.key:
            return "none"
        return "descending" if self.is_descending else "ascending"


def read_view(table: DataTable, asked: MultiDict[str, str], zone: tzinfo) -> View:
    """The view that the address asks for; what it names wrongly is left out."""
    sort = asked.get("sort", "")
    filters = tuple(_filters(table, asked))
    problem, conditions = "", Conditions()
    try:
        conditions = read_conditions(table.columns, {"rows": _as_rows(filters)}, zone)
    except TableRefused as refused:
        problem = refused.sentence
    return View(
        table=table,
        words=asked.get("q", "").strip()[:MAX_WORDS],
        filters=filters,
        sort=find_column(table.columns, sort.removeprefix("-")) if sort.strip("-") else None,
        is_descending=sort.startswith("-"),
        conditions=conditions,
        problem=problem,
    )


def operators_for(column: Column) -> Sequence[tuple[str, str]]:
    """The comparisons that make sense for a column, with their words."""
    if column.kind is ColumnKind.YES_NO:
        ids: tuple[str, ...] = ("is_yes", "is_no", *_FILLED)
    elif column.kind in (ColumnKind.TEXT, ColumnKind.CHOICE):
        ids = (*_WORDED, *_FILLED)
    else:
        ids = (*_ORDERED, *_FILLED)
    return [(one, OPERATORS[one].words) for one in ids]


def all_operators() -> Sequence[tuple[str, str]]:
    """Every comparison, for a choice that does not know its column yet."""
    ids = (*_WORDED, *_ORDERED[2:], *_FILLED, "is_yes", "is_no")
    return [(one, OPERATORS[one].words) for one in ids]


def packed(place: Place | None) -> str:
    """A place as a word in an address; empty for none."""
    if place is None:
        return ""
    return base64.urlsafe_b64encode(json.dumps([place.position, place.value]).encode()).decode()


def unpacked(word: str, view: View) -> Place | None:
    """The place in the order of this view that a word stands for; None for anything else."""
    try:
        position, value = json.loads(base64.urlsafe_b64decode(word.encode()))
    except (ValueError, TypeError, binascii.Error):
        return None
    numbers = (ColumnKind.NUMBER, ColumnKind.YES_NO)
    is_number = view.sort is not None and view.sort.kind in numbers
    fits = value is None or (view.sort is not None and type(value) is (float if is_number else str))
    if not fits or type(position) is not int or abs(position) > 2**31 - 1:
        return None
    return Place(position, value)


def cell_words(column: Column, row: DataRow | FoundRow, zone: tzinfo) -> str:
    """What stands in a cell of the grid."""
    value = row.values.get(column.key)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return f"{value:,}" if isinstance(value, int) else f"{value:,.15g}"
    words = shown(column, value, zone)
    return words[:-3] if column.kind is ColumnKind.MOMENT and words.endswith(":00") else words


def typed_cell(column: Column, value: Json, zone: tzinfo) -> str:
    """A value as the control of its column carries it."""
    words = shown(column, value, zone)
    return words.replace(" ", "T") if column.kind is ColumnKind.MOMENT else words


def row_title(table: DataTable, row: DataRow | FoundRow, zone: tzinfo) -> str:
    """What a row is called: its first filled cell, else its number."""
    for column in table.columns:
        words = cell_words(column, row, zone).strip()
        if words:
            return words if len(words) <= 60 else f"{words[:59]}…"
    return f"Row {row.position}"


def _filters(table: DataTable, asked: MultiDict[str, str]) -> list[Filter]:
    columns, values = asked.getlist("column"), asked.getlist("value")
    found = []
    for number, (key, operator) in enumerate(zip(columns, asked.getlist("operator"), strict=False)):
        column = find_column(table.columns, key) if key else None
        value = values[number].strip()[:MAX_WORDS] if number < len(values) else ""
        if column is None or operator not in OPERATORS:
            continue
        if value or not OPERATORS[operator].needs_second:
            found.append(Filter(column, operator, value))
    return found[:MAX_FILTERS]


def _as_rows(filters: Sequence[Filter]) -> list[Mapping[str, str]]:
    return [
        {"value": one.column.key, "operator": one.operator, "value2": one.value} for one in filters
    ]
