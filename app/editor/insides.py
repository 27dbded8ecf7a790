"""What is known of the inside of a value before any run: its shape, or the columns of a table."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from app.engine.field_schema import Schema
from app.engine.graph import Step
from app.engine.values import Json
from app.lib.resolver.syntax import path_text
from app.nodes.catalogue import CATALOGUE
from app.nodes.table_settings import ROWS_GIVEN

Path = tuple[str | int, ...]
# The columns of a table by its id: (key, what the column is called) pairs.
Columns = Callable[[str], Sequence[tuple[str, str]]]
_KIND_WORDS = dict(Schema.value_kinds)


@dataclass(frozen=True, slots=True)
class Insertable:
    """One value: what to write into a field, what it is in words, and what is inside."""

    name: str
    written: str
    words: str
    inside: tuple["Insertable", ...] = ()


def written(path: Path) -> str:
    """What stands in a field for the value at this path."""
    return "{{ " + path_text(path) + " }}"


def no_columns(_table_id: str) -> Sequence[tuple[str, str]]:
    """For where tables are not looked into."""
    return ()


def inside(step: Step, path: Path, columns: Columns) -> tuple[Insertable, ...]:
    """What is inside the value that the step gives under the last name of the path."""
    name = str(path[-1])
    for setting, field in CATALOGUE[step.type].fields.items():
        if isinstance(field, Schema) and field.of == name:
            return tuple(_of_shape(step.fields.get(setting), path))
    many = ROWS_GIVEN.get(step.type, {}).get(name)
    if many is None:
        return ()
    row = (*path, 0) if many else path
    found = [*columns(str(step.fields.get("table") or "")), ("id", "The row's id")]
    return tuple(Insertable(key, written((*row, key)), words) for key, words in found)


def _of_shape(rows: Json, path: Path) -> Iterator[Insertable]:
    for row in _rows(rows):
        below: Path = (*path, str(row["name"]))
        inner = (*below, 0) if row.get("kind") == "groups" else below
        words = str(row.get("description") or _KIND_WORDS.get(str(row.get("kind")), ""))
        more = tuple(_of_shape(row.get("inside"), inner))
        yield Insertable(str(row["name"]), written(below), words, more)


def _rows(value: Json) -> list[dict[str, Any]]:
    rows = value if isinstance(value, list) else []
    return [row for row in rows if isinstance(row, dict) and row.get("name")]
