"""Bringing a file into a table: kept for a while, looked through, then added or merged."""

import json
import uuid
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.data_tables import rows, tables
from app.data_tables.cells import CellRefused, settle
from app.data_tables.columns import Column
from app.data_tables.conditions import equals_one
from app.data_tables.models import DataRow, DataTable
from app.data_tables.rows import Values, of_table
from app.engine.values import Json
from app.engine.words import count, listed
from app.table_files.models import TableImport
from app.table_files.spreadsheets import Line, read_file

KEPT = timedelta(days=1)
BATCH = 1_000
MAX_SHOWN_PROBLEMS = 20
# Which column each place of a line goes to; None leaves it out.
Places = Sequence[Column | None]


@dataclass(frozen=True, slots=True)
class LineProblem:
    """What is wrong with one line, counted as in the file: the header is line 1."""

    line: int
    sentence: str


@dataclass(frozen=True, slots=True)
class Findings:
    """What looking through a file gave."""

    lines: int
    wrong_lines: int
    problems: Sequence[LineProblem]


@dataclass(frozen=True, slots=True)
class Done:
    """What an import did."""

    added: int = 0
    changed: int = 0
    left_out: int = 0

    def __add__(self, more: "Done") -> "Done":
        return Done(
            self.added + more.added, self.changed + more.changed, self.left_out + more.left_out
        )

    @property
    def words(self) -> str:
        """What was done, as one says it."""
        parts = [f"{count(self.added, 'row')} added"]
        if self.changed:
            parts.append(f"{count(self.changed, 'row')} changed")
        if self.left_out:
            parts.append(f"{count(self.left_out, 'row')} left out")
        return f"{listed(parts)}."


def keep(
    session: Session,
    workspace_id: uuid.UUID,
    *,
    by: uuid.UUID,
    table: DataTable | None,
    file_name: str,
    content: bytes,
) -> TableImport:
    """Read an upload and keep its lines for a day. Raises TableRefused."""
    header, lines = read_file(file_name, content)
    upload = TableImport(
        workspace_id=workspace_id,
        table_id=table.id if table else None,
        created_by=by,
        file_name=file_name[:200],
        header=header,
        line_count=len(lines),
        content=_packed(lines),
    )
    session.add(upload)
    session.flush()
    return upload


def by_id(session: Session, workspace_id: uuid.UUID, *, import_id: uuid.UUID) -> TableImport | None:
    """The upload with this id in this workspace."""
    return session.scalars(
        select(TableImport).where(
            TableImport.workspace_id == workspace_id, TableImport.id == import_id
        )
    ).one_or_none()


def lines_of(upload: TableImport) -> list[Line]:
    """The lines below the header."""
    found: list[Line] = json.loads(zlib.decompress(upload.content))
    return found


def look_through(lines: Sequence[Line], places: Places, zone: tzinfo) -> Findings:
    """Every value checked against its column; the first problems in words."""
    problems: list[LineProblem] = []
    wrong = 0
    for number, line in enumerate(lines, start=2):
        _, sentences = _settled(line, places, zone)
        wrong += bool(sentences)
        room = MAX_SHOWN_PROBLEMS - len(problems)
        problems += [LineProblem(number, sentence) for sentence in sentences[:room]]
    return Findings(len(lines), wrong, problems)


def batches(lines: Sequence[Line], *, done: int) -> Iterator[Sequence[Line]]:
    """The lines that are not in yet, in portions for one short transaction each."""
    for start in range(done, len(lines), BATCH):
        yield lines[start : start + BATCH]


def bring_in(
    session: Session,
    upload: TableImport,
    table: DataTable,
    lines: Sequence[Line],
    *,
    places: Places,
    match: Column | None,
    leave_out_wrong: bool,
    zone: tzinfo,
) -> Done:
    """Bring a portion of lines in; `table` is locked. Raises TableRefused when it is full.

    With `match`, a line whose value in that column a row has already changes that row. A line
    with a wrong value is left out, or comes in with that cell empty.
    """
    good, left_out = [], 0
    for line in lines:
        values, sentences = _settled(line, places, zone)
        if (sentences and leave_out_wrong) or not any(one is not None for one in values.values()):
            left_out += 1
        else:
            good.append(values)
    upload.done += len(lines)
    if match is None:
        rows.add(session, table, good)
        return Done(added=len(good), left_out=left_out)
    added, changed = _merged(session, table, good, match)
    return Done(added=added, changed=changed, left_out=left_out)


def finish(
    session: Session, upload: TableImport, table: DataTable, *, by: uuid.UUID, done: Done
) -> None:
    """Forget the upload and leave an audit event."""
    tables.record(
        session,
        "table_imported",
        table,
        by=by,
        file=upload.file_name[:80],
        added=done.added,
        changed=done.changed,
        left_out=done.left_out,
    )
    session.delete(upload)
    session.flush()


def forget_old(session: Session, *, older_than: datetime) -> None:
    """Forget uploads that nobody brought in."""
    session.execute(delete(TableImport).where(TableImport.created_at < older_than))


def _settled(line: Line, places: Places, zone: tzinfo) -> tuple[Values, list[str]]:
    values: Values = {}
    sentences: list[str] = []
    for column, cell in zip(places, line, strict=True):
        if column is None:
            continue
        try:
            values[column.key] = settle(column, cell, zone)
        except CellRefused as refused:
            sentences.append(refused.sentence)
    return values, sentences


def _merged(
    session: Session, table: DataTable, good: Sequence[Values], match: Column
) -> tuple[int, int]:
    there = _rows_by_value(session, table, match, [values.get(match.key) for values in good])
    new: dict[str, Values] = {}
    loose: list[Values] = []
    changed = 0
    for values in good:
        value = values.get(match.key)
        row = there.get(json.dumps(value))
        if value is None:
            loose.append(values)
        elif row is not None:
            rows.change(session, table, row, values)
            changed += 1
        else:
            new[json.dumps(value)] = {**new.get(json.dumps(value), {}), **values}
    rows.add(session, table, [*new.values(), *loose])
    return len(new) + len(loose), changed


def _rows_by_value(
    session: Session, table: DataTable, match: Column, values: Sequence[Json]
) -> dict[str, DataRow]:
    """The first row with each of these values in the column."""
    query = select(DataRow).where(*of_table(table), equals_one(match, values))
    found = session.scalars(query.order_by(DataRow.position.desc()))
    return {json.dumps(row.values.get(match.key)): row for row in found}


def _packed(lines: Sequence[Line]) -> bytes:
    return zlib.compress(json.dumps(lines, ensure_ascii=False).encode("utf-8", "replace"), 6)
