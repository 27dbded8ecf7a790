"""What came out of a batch, as columns and rows: for its page, for files and for tables."""

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC

from sqlalchemy.orm import Session

from app.batches import directory
from app.batches.ending import cells_of
from app.batches.models import Batch, BatchRow, RowStatus
from app.data_tables.cells import shown
from app.data_tables.columns import Column
from app.data_tables.listing import FoundRow
from app.engine.file_port import is_file
from app.engine.values import Json
from app.lib.resolver import as_text
from app.table_files.guess import guessed

STATE, PROBLEM, RUN = "State", "What went wrong", "Run"
WORDS = {
    RowStatus.WAITING: "Waiting",
    RowStatus.AGAIN: "Waiting",
    RowStatus.RUNNING: "Running",
    RowStatus.DONE: "Done",
    RowStatus.FAILED: "Failed",
    RowStatus.CANCELLED: "Cancelled",
    RowStatus.LEFT_OUT: "Left out",
}


@dataclass(frozen=True, slots=True)
class Results:
    """The results as a file has them: what went in, what came out, how it went."""

    columns: tuple[Column, ...]
    rows: Iterator[FoundRow]


def results_of(session: Session, batch: Batch, link: Callable[[uuid.UUID], str]) -> Results:
    """Every row, read as they are asked for; `link` makes the address of a run.

    The columns are those that there are now, also when a batch at work finds new answers.
    """
    answers = tuple(batch.answer_names)
    columns = _columns(batch.columns, answers)
    return Results(columns, _rows(session, batch, columns, answers, link))


def _columns(inputs: tuple[Column, ...], answers: tuple[str, ...]) -> tuple[Column, ...]:
    names = [one.name for one in inputs] + [*answers, STATE, PROBLEM, RUN]
    named = guessed(names, [])  # no two of one name
    kinds = [one.kind for one in inputs]
    options = [one.options for one in inputs]
    return tuple(
        Column(one.key, one.name, kinds[place], options[place]) if place < len(inputs) else one
        for place, one in enumerate(named)
    )


def _rows(
    session: Session,
    batch: Batch,
    columns: tuple[Column, ...],
    answers: tuple[str, ...],
    link: Callable[[uuid.UUID], str],
) -> Iterator[FoundRow]:
    keys = [one.key for one in columns]
    for row in directory.every_row(session, batch):
        answer = cells_of(row.answer)
        outcome = [as_cell(answer.get(name)) for name in answers]
        ending = [WORDS[row.status], row.sentence, link(row.run_id) if row.run_id else ""]
        values = dict(zip(keys, [*row.cells, *outcome, *ending], strict=True))
        yield FoundRow(row.run_id or row.batch_id, row.number, values, None)


def as_cell(value: Json) -> Json:
    """A value of an answer as a cell holds it: lists and groups as text, files by their name."""
    if is_file(value):
        return str(value["name"])  # type: ignore[index,call-overload]  # it is one
    return as_text(value) if isinstance(value, list | dict) else value


def shown_cells(batch: Batch, row: BatchRow) -> list[str]:
    """The cells that were matched to a question, as people read them."""
    zone = UTC
    columns = batch.columns
    places = matched_places(batch)
    return [shown(columns[place], row.cells[place], zone) for place in places]


def matched_places(batch: Batch) -> list[int]:
    """The places of the columns that answer a question, in the order of the columns."""
    used = {match["column"] for match in batch.matching.values() if "column" in match}
    return sorted(used)
