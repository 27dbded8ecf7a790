"""Conditions on rows: what each must hold, and the part of it that the database can decide."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from typing import Any

from sqlalchemy import ColumnElement, and_, not_, or_, true

from app.data_tables.cells import CellRefused, fold, settle
from app.data_tables.columns import Column, ColumnKind, TableRefused, need_column
from app.data_tables.json_columns import number_in, text_in
from app.data_tables.models import DataRow
from app.engine.conditions import OPERATORS, holds
from app.engine.values import Json

Test = Callable[[Any, Any], ColumnElement[bool]]
_COMPARED: Mapping[str, Test] = {
    "is": lambda found, wanted: found == wanted,
    "more_than": lambda found, wanted: found > wanted,
    "less_than": lambda found, wanted: found < wanted,
    "at_least": lambda found, wanted: found >= wanted,
    "at_most": lambda found, wanted: found <= wanted,
}
_IN_TEXTS = frozenset({"is", "contains", "starts_with", "ends_with"})
_TEXTS = (ColumnKind.TEXT, ColumnKind.CHOICE)
_TIMES = (ColumnKind.DATE, ColumnKind.MOMENT)


@dataclass(frozen=True, slots=True)
class Condition:
    """One row of conditions: a column, a comparison, and a value of the column's kind."""

    column: Column
    operator: str
    value: Json


@dataclass(frozen=True, slots=True)
class Conditions:
    """What a row must fulfil: all conditions, or any with `match` "any"."""

    rows: tuple[Condition, ...] = ()
    match: str = "all"

    def hold(self, values: Mapping[str, Json]) -> bool:
        """Whether they hold for a row's values; the same comparisons as everywhere in a flow."""
        rows = [
            {"value": values.get(one.column.key), "operator": one.operator, "value2": one.value}
            for one in self.rows
        ]
        return holds(rows, self.match)

    def narrowed(self) -> ColumnElement[bool]:
        """SQL that holds for every row that fulfils them, and for few others."""
        parts = [_narrowed(one) for one in self.rows]
        if not parts:
            return true()
        return or_(*parts) if self.match == "any" else and_(*parts)


def read_conditions(
    columns: Sequence[Column], given: Mapping[str, Any], zone: tzinfo
) -> Conditions:
    """Conditions as a step or a page holds them: `value` names a column.

    Raises TableRefused for a column or comparison that is not there, or a date that is none.
    """
    return Conditions(
        rows=tuple(_read(columns, row, zone) for row in given.get("rows") or ()),
        match="any" if given.get("match") == "any" else "all",
    )


def equals_one(column: Column, values: Sequence[Json]) -> ColumnElement[bool]:
    """SQL for exactly one of these settled values in the column."""
    wanted = [one for one in values if one is not None]
    if column.kind in (ColumnKind.NUMBER, ColumnKind.YES_NO):
        return number_in(DataRow.values, column.key).in_([float(one) for one in wanted])  # type: ignore[arg-type]  # settled
    return text_in(DataRow.values, column.key).in_([str(one) for one in wanted])


def _read(columns: Sequence[Column], row: Mapping[str, Any], zone: tzinfo) -> Condition:
    column = need_column(columns, str(row.get("value") or ""))
    operator = OPERATORS.get(str(row.get("operator")))
    if operator is None:
        raise TableRefused("A condition compares in a way that is not known here.")
    value = row.get("value2")
    if operator.needs_second and column.kind in _TIMES and operator.id in _COMPARED:
        try:
            value = settle(column, value, zone)
        except CellRefused as refused:
            raise TableRefused(refused.sentence) from None
    return Condition(column, operator.id, value)


def _narrowed(one: Condition) -> ColumnElement[bool]:
    key = one.column.key
    if one.operator == "is_empty":
        return true() if one.column.kind is ColumnKind.TEXT else _found(one.column).is_(None)
    if one.operator in ("is_not_empty", "is_yes"):
        return not_(_found(one.column).is_(None))
    if one.column.kind in _TIMES and one.operator in _COMPARED and one.value is not None:
        return _COMPARED[one.operator](text_in(DataRow.values, key), str(one.value))
    number = _as_number(one.value)
    if one.column.kind is ColumnKind.NUMBER and one.operator in _COMPARED and number is not None:
        return _COMPARED[one.operator](number_in(DataRow.values, key), number)
    if one.column.kind in _TEXTS and one.operator in _IN_TEXTS and isinstance(one.value, str):
        # Only "is nothing" can hold for an empty text, and then the search says nothing either.
        return DataRow.folded.contains(fold(one.value.strip()), autoescape=True)
    return true()


def _found(column: Column) -> ColumnElement[Any]:
    if column.kind in (ColumnKind.NUMBER, ColumnKind.YES_NO):
        return number_in(DataRow.values, column.key)
    return text_in(DataRow.values, column.key)


def _as_number(value: Json) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except ValueError:
        return None
    return number if abs(number) < 1e15 else None
