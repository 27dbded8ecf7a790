"""Where the rows of a batch come from: a file, or a table as somebody looks at it."""

import re
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice

from sqlalchemy.orm import Session

from app.batches.models import MAX_ROWS
from app.batches.refused import BatchRefused
from app.data_tables.columns import Column, ColumnKind, TableRefused
from app.data_tables.grid import View
from app.data_tables.listing import matching
from app.engine.values import Json
from app.table_files.guess import guessed
from app.table_files.spreadsheets import read_file

TOO_MANY = (
    f"One batch can have {MAX_ROWS:,} rows; {{what}} has {{rows}}. "
    "Take a part of them: {how}, and run the rest in a batch of its own."
)
_NOTHING_BELOW = "This file has the names of its columns and no rows below them. Add the rows."
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
    """Rows for a batch, with the columns that their cells are in."""

    name: str
    columns: tuple[Column, ...]
    rows: Sequence[SourceRow]
    table_id: uuid.UUID | None = None


def of_file(name: str, content: bytes) -> Source:
    """The rows of an upload. Raises BatchRefused."""
    try:
        header, lines = read_file(name, content)
    except TableRefused as refused:
        raise BatchRefused(refused.sentence) from None
    if _is_data(header):
        raise BatchRefused(_NO_HEADER.format("”, “".join(header[:3])))
    if not lines:
        raise BatchRefused(_NOTHING_BELOW)
    if len(lines) > MAX_ROWS:
        how = "split the file"
        raise BatchRefused(TOO_MANY.format(what="this file", rows=f"{len(lines):,}", how=how))
    # What stands in a file is read by the questions it is matched to.
    columns = tuple(Column(one.key, one.name, ColumnKind.TEXT) for one in guessed(header, []))
    return Source(name, columns, [SourceRow(line) for line in lines])


def of_table(session: Session, view: View) -> Source:
    """The rows that this view of a table shows, in its order. Raises BatchRefused."""
    table, columns = view.table, view.table.columns
    if view.problem:
        raise BatchRefused(view.problem)
    found = list(islice(matching(session, table, view.query), MAX_ROWS + 1))
    if not found:
        words = "No row of this table fits what you look for."
        raise BatchRefused(words if view.is_narrowed else "This table has no rows yet.")
    if len(found) > MAX_ROWS:
        many = "more" if view.is_narrowed else f"{table.row_count:,}"
        raise BatchRefused(TOO_MANY.format(what="this table", rows=many, how="filter it"))
    rows = [SourceRow([one.values.get(col.key) for col in columns], one.id) for one in found]
    return Source(table.name, columns, rows, table.id)


def _is_data(header: Iterable[str]) -> bool:
    """Whether at least half of what should be names are numbers, dates or mail addresses."""
    named = [title for title in header if title]
    return bool(named) and 2 * sum(1 for one in named if _LIKE_DATA.match(one)) >= len(named)
