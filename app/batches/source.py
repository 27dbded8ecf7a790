"""Where the rows of a batch come from: a file, or a table as somebody looks at it.

A wish is what a person chose, as it is kept until a worker reads it: `{"file": id, "size": bytes}`,
or `{"look": parameters of the table's page, "zone": name}` with the table at the batch.
"""

import re
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from app.batches.models import MAX_ROWS
from app.batches.refused import BatchRefused
from app.data_tables.columns import Column, ColumnKind, TableRefused
from app.data_tables.grid import View, read_view
from app.data_tables.listing import matching
from app.data_tables.models import DataTable
from app.engine.values import Json
from app.table_files.guess import guessed
from app.table_files.spreadsheets import open_file

TOO_MANY = (
    f"One batch can have {MAX_ROWS:,} rows; {{what}} has {{rows}}. "
    "Take a part of them: {how}, and run the rest in a batch of its own."
)
NO_ROW_FITS = "No row of this table fits what you look for."
NO_ROWS = "This table has no rows yet."
_NOTHING_BELOW = "This file has the names of its columns and no rows below them. Add the rows."
_OTHER_COLUMNS = (
    "The columns of this table were changed meanwhile, so what you filtered by is not there any "
    "more. Choose its rows again."
)
_NO_HEADER = (
    "The first row of this file looks like data (“{}”), not like names of columns. "
    "Put a row above it that says what each column is."
)
_LIKE_DATA = re.compile(r"[-+]?[\d.,'/: -]*\d[\d.,'/: %€$-]*\Z|[^@\s]+@[^@\s]+\.[^@\s]+\Z")


@dataclass(frozen=True, slots=True)
class SourceRow:
    """One row as it came: its cells in the order of the columns, and the table's row it is."""

    cells: list[Json]
    row_id: uuid.UUID | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """Rows for a batch, read as they are asked for, with the columns that their cells are in.

    `share` tells how much is read after so many rows, in per cent; None where nobody knows.
    Reading on raises BatchRefused; `nothing` is what to say when there is no row at all.
    """

    columns: tuple[Column, ...]
    rows: Iterator[SourceRow]
    share: Callable[[int], int | None]
    nothing: str
    what: str
    how: str

    def too_many(self, rows: str) -> BatchRefused:
        """The refusal of more rows than a batch can have."""
        return BatchRefused(TOO_MANY.format(what=self.what, rows=rows, how=self.how))


def of_file(name: str, stream: BinaryIO, size: int) -> Source:
    """The rows of an upload of so many bytes. Raises BatchRefused."""
    try:
        header, lines = open_file(name, stream)
    except TableRefused as refused:
        raise BatchRefused(refused.sentence) from None
    if _is_data(header):
        raise BatchRefused(_NO_HEADER.format("”, “".join(header[:3])))
    return Source(
        # What stands in a file is read by the questions it is matched to.
        tuple(Column(one.key, one.name, ColumnKind.TEXT) for one in guessed(header, [])),
        _rows_of_file(lines),
        lambda _rows: None if stream.closed else min(100, 100 * stream.tell() // max(size, 1)),
        nothing=_NOTHING_BELOW,
        what="this file",
        how="split the file",
    )


def of_table(session: Session, table: DataTable, wish: Mapping[str, Any]) -> Source:
    """The rows of the table that the wish looks at, in its order. Raises BatchRefused."""
    look = MultiDict(wish["look"])
    view = read_view(table, look, ZoneInfo(wish["zone"]))
    refuse_view(view)
    if len(view.filters) != len(look.getlist("column")):
        raise BatchRefused(_OTHER_COLUMNS)
    columns, whole = table.columns, table.row_count
    return Source(
        columns,
        (
            SourceRow([one.values.get(col.key) for col in columns], one.id)
            for one in matching(session, table, view.query)
        ),
        lambda rows: None if view.is_narrowed or not whole else min(100, 100 * rows // whole),
        nothing=NO_ROW_FITS if view.is_narrowed else NO_ROWS,
        what="this table",
        how="filter it",
    )


def refuse_view(view: View) -> None:
    """Raises BatchRefused for a look at a table that says nothing clear."""
    if view.problem:
        raise BatchRefused(view.problem)


def _rows_of_file(lines: Iterator[list[Json]]) -> Iterator[SourceRow]:
    try:
        for line in lines:
            yield SourceRow(line)
    except TableRefused as refused:
        raise BatchRefused(refused.sentence) from None


def _is_data(header: Iterable[str]) -> bool:
    """Whether at least half of what should be names are numbers, dates or mail addresses."""
    named = [title for title in header if title]
    return bool(named) and 2 * sum(1 for one in named if _LIKE_DATA.match(one)) >= len(named)
