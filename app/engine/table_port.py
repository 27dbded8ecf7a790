"""The door to the workspace's tables and variables."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from app.engine.values import Json

Row = Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class TableColumn:
    """One column: `kind` is text, number, yes_no, date, moment or choice."""

    key: str
    name: str
    kind: str
    options: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TableCard:
    """What a table is called and which columns it has."""

    name: str
    columns: tuple[TableColumn, ...]


class TablePort(Protocol):
    """Rows of the workspace's tables; every call raises StepFailed with a sentence.

    A row that comes is `{"id": <text>, <column key>: value, …}` with every column in it, None
    where a cell is empty. A row that goes in may name its columns by key or by name. `key` makes
    a write that is repeated after an interruption happen once.
    """

    def find(
        self, table_id: str, conditions: Mapping[str, Json], *, sort: str, limit: int
    ) -> list[dict[str, Json]]:
        """The rows that fit; `conditions` as the field kind Conditions holds them.

        The `value` of a condition names a column. `sort` names one too, with a `-` before it for
        the largest first; empty for the order in which rows were added.
        """

    def add(self, table_id: str, rows: Sequence[Row], *, key: str) -> list[dict[str, Json]]:
        """Add rows, all or none, and return them with their ids."""

    def change(self, table_id: str, row_id: str, values: Row) -> dict[str, Json]:
        """Change some values of one row and return it."""

    def put(self, table_id: str, match: str, row: Row, *, key: str) -> tuple[dict[str, Json], bool]:
        """Change the row whose column `match` equals this row's, or add it.

        Returns the row, and whether it was added.
        """

    def remove(self, table_id: str, row_id: str) -> bool:
        """Remove a row; False when it was gone."""

    def card(self, table_id: str) -> TableCard:
        """What the table holds."""


class VariablePort(Protocol):
    """Values that agents of a workspace remember from run to run."""

    def set(self, name: str, value: Json) -> Json:
        """Set it and return what it was before (None when it was not there)."""
