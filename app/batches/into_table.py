"""The answers of a batch written into a table: into the one its rows came from, or a new one."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import tzinfo
from itertools import islice
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.batches import directory, making, work
from app.batches import matching as matchings
from app.batches.ending import cells_of
from app.batches.models import Batch, BatchRow, RowStatus
from app.batches.results import as_cell
from app.data_tables import rows as table_rows
from app.data_tables import shape, tables
from app.data_tables.cells import CellRefused, settle
from app.data_tables.columns import Column
from app.data_tables.models import DataRow, DataTable
from app.data_tables.rows import Values
from app.engine.values import Json
from app.engine.words import count, listed
from app.lib import clock
from app.table_files.guess import guessed

PORTION = 500
SAMPLE = 2_000  # rows that a new column's kind is guessed from
NEW = "new"
Writing = Callable[[], AbstractContextManager[Session]]


@dataclass(frozen=True, slots=True)
class Written:
    """How many rows were written, not there any more, and how many answers fit no column."""

    rows: int = 0
    gone: int = 0
    unfit: int = 0

    def __add__(self, more: "Written") -> "Written":
        return Written(self.rows + more.rows, self.gone + more.gone, self.unfit + more.unfit)

    @property
    def words(self) -> str:
        """What was done, as one says it."""
        parts = [f"{count(self.rows, 'row')} written"]
        if self.gone:
            parts.append(f"{self.gone:,} not in the table any more")
        if self.unfit:
            parts.append(f"{count(self.unfit, 'answer')} left out, as they do not fit their column")
        return f"{listed(parts)}."


def suggested(batch: Batch, table: DataTable, *, may_build: bool) -> dict[str, str]:
    """Where each answer goes unless a person says otherwise: a column's key, `new` or nowhere."""
    keys = {one.name.casefold(): one.key for one in table.columns}
    otherwise = NEW if may_build else ""
    return {name: keys.get(name.casefold(), otherwise) for name in batch.answer_names}


def back(
    session: Session,
    writing: Writing,
    batch: Batch,
    table: DataTable,
    *,
    places: Mapping[str, str],
    by: User,
) -> Written:
    """Write answers into the rows they came from. Raises TableRefused."""
    zone = matchings.zone_of(session, batch.workspace_id)
    kinds = {one.name: one for one in _columns(session, batch, inputs=False)}
    with writing() as open_session:
        columns = _into(open_session, tables.locked(open_session, table), places, kinds, by)
    total = Written()
    for portion in _portions(session, batch):
        with writing() as open_session:
            held = tables.locked(open_session, table)
            total += _put_back(open_session, held, portion, columns, zone)
    with writing() as open_session:
        held_batch = making.locked(open_session, batch)
        work.record(
            open_session, "batch_written", held_batch, by=by, table=table.name, rows=total.rows
        )
    return total


def anew(
    session: Session, writing: Writing, batch: Batch, *, name: str, by: User
) -> tuple[DataTable, Written]:
    """A new table with what went in and what came out. Raises TableRefused."""
    zone = matchings.zone_of(session, batch.workspace_id)
    columns = _columns(session, batch, inputs=True)
    with writing() as open_session:
        table = tables.create(
            open_session, batch.workspace_id, by=by.id, name=name, columns=columns
        )
    total = Written()
    for portion in _portions(session, batch):
        with writing() as open_session:
            settled = [_settled(columns, _line(batch, row), zone) for row in portion]
            held = tables.locked(open_session, table)
            table_rows.add(open_session, held, [values for values, _ in settled])
            total += Written(rows=len(settled), unfit=sum(unfit for _, unfit in settled))
    with writing() as open_session:
        held_batch = making.locked(open_session, batch)
        work.record(open_session, "batch_written", held_batch, by=by, table=name, rows=total.rows)
    return table, total


def _into(
    session: Session,
    table: DataTable,
    places: Mapping[str, str],
    kinds: Mapping[str, Column],
    by: User,
) -> dict[str, Column]:
    """The column for each answer; new ones are added."""
    there = {one.key: one for one in table.columns}
    found: dict[str, Column] = {}
    for name, place in places.items():
        if place == NEW:
            wish = kinds.get(name, Column(name, name))
            found[name] = shape.add_column(session, table, by=by.id, name=name, kind=wish.kind)
        elif place in there:
            found[name] = there[place]
    return found


def _put_back(
    session: Session,
    table: DataTable,
    portion: Sequence[BatchRow],
    columns: Mapping[str, Column],
    zone: tzinfo,
) -> Written:
    by_id = {row.source_row_id: row for row in portion}
    there = session.scalars(
        select(DataRow).where(*table_rows.of_table(table), DataRow.id.in_(list(by_id)))
    ).all()
    now, unfit = clock.now(), 0
    changed: list[dict[str, Any]] = []
    for found in there:
        answers = cells_of(by_id[found.id].answer)
        line = [as_cell(answers.get(name)) for name in columns]
        values, wrong = _settled(list(columns.values()), line, zone)
        unfit += wrong
        kept = table_rows.stored(table.columns, {**found.values, **values})
        changed.append({"id": found.id, "revision": found.revision + 1, "updated_at": now, **kept})
    if changed:
        session.execute(update(DataRow), changed)
        table.updated_at = now
    return Written(rows=len(changed), gone=len(portion) - len(changed), unfit=unfit)


def _settled(columns: Sequence[Column], line: Sequence[Json], zone: tzinfo) -> tuple[Values, int]:
    values: Values = {}
    unfit = 0
    for column, cell in zip(columns, line, strict=True):
        try:
            values[column.key] = settle(column, cell, zone)
        except CellRefused:
            unfit += 1
    return values, unfit


def _columns(session: Session, batch: Batch, *, inputs: bool) -> tuple[Column, ...]:
    """Columns for the answers (and what went in), with kinds guessed from what is in them."""
    sample = list(islice(directory.every_row(session, batch, (RowStatus.DONE,)), SAMPLE))
    names = [one.name for one in batch.columns] if inputs else []
    lines = [_line(batch, row) if inputs else _answers(batch, row) for row in sample]
    return guessed([*names, *batch.answer_names], lines)


def _line(batch: Batch, row: BatchRow) -> list[Json]:
    return [*row.cells, *_answers(batch, row)]


def _answers(batch: Batch, row: BatchRow) -> list[Json]:
    answers = cells_of(row.answer)
    return [as_cell(answers.get(name)) for name in batch.answer_names]


def _portions(session: Session, batch: Batch) -> Iterator[Sequence[BatchRow]]:
    """The rows that are done, each portion read before its transaction begins."""
    number = 0
    while portion := directory.done_after(session, batch, number, PORTION):
        number = portion[-1].number
        yield portion
