"""What came out of a batch, as the columns and rows of a file."""

import uuid
from collections.abc import Callable, Iterator

from sqlalchemy.orm import Session

from app.batches import directory
from app.batches.cells import as_cell
from app.batches.ending import cells_of
from app.batches.models import Batch, RowStatus
from app.data_tables.columns import Column
from app.data_tables.listing import FoundRow
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


def columns_of(batch: Batch) -> tuple[Column, ...]:
    """What went in, what came out, how it went; also when a batch at work finds new answers."""
    inputs = batch.columns
    names = [one.name for one in inputs] + [*batch.answer_names, STATE, PROBLEM, RUN]
    named = guessed(names, [])  # no two of one name
    kinds = [one.kind for one in inputs]
    options = [one.options for one in inputs]
    return tuple(
        Column(one.key, one.name, kinds[place], options[place]) if place < len(inputs) else one
        for place, one in enumerate(named)
    )


def rows_of(session: Session, batch: Batch, link: Callable[[uuid.UUID], str]) -> Iterator[FoundRow]:
    """Every row, read as they are asked for; `link` makes the address of a run."""
    keys, answers = [one.key for one in columns_of(batch)], tuple(batch.answer_names)
    for row in directory.every_row(session, batch):
        answer = cells_of(row.answer)
        outcome = [as_cell(answer.get(name)) for name in answers]
        ending = [WORDS[row.status], row.sentence, link(row.run_id) if row.run_id else ""]
        values = dict(zip(keys, [*row.cells, *outcome, *ending], strict=True))
        yield FoundRow(row.run_id or row.batch_id, row.number, values, None)
