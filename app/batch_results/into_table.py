"""The answers of a batch written into a table: into the one its rows came from, or a new one.

A worker writes a portion to a transaction, together with the number of its last row, so whoever
goes on after a crash begins behind it.
"""

from collections.abc import Mapping, Sequence
from datetime import tzinfo
from itertools import islice
from typing import Any

from sqlalchemy import Row, select, update
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.batches import directory, recording
from app.batches import matching as matchings
from app.batches.cells import as_cell
from app.batches.ending import cells_of
from app.batches.models import Batch, RowStatus
from app.data_tables import directory as table_directory
from app.data_tables import rows as table_rows
from app.data_tables import shape, tables
from app.data_tables.cells import CellRefused, settle
from app.data_tables.columns import Column, TableRefused
from app.data_tables.models import DataRow, DataTable
from app.data_tables.rows import Values
from app.engine.values import Json
from app.engine.words import count, listed
from app.handovers import asking
from app.handovers.holding import held_by, others_wait
from app.handovers.models import Handover, HandoverStatus
from app.handovers.tools import Tools
from app.handovers.turns import Turn
from app.lib import clock
from app.table_files.guess import guessed
from app.workspaces.rights import may_still

PORTION = 500
ROWS_A_TURN = 5_000  # then whoever waits behind this has a turn
SAMPLE = 2_000  # rows that a new column's kind is guessed from
NEW = "new"
TABLE_GONE = "The table was deleted meanwhile. Write the results into a new one."
COLUMN_GONE = (
    "A column that answers go to was deleted meanwhile. Write the results once more, "
    "and choose another one."
)
_NO_ROLE = (
    "{} may not change tables in this workspace any more. "
    "Somebody who may can write the results once more."
)
AnyRow = Row[*tuple[Any, ...]]


def suggested(batch: Batch, table: DataTable, *, may_build: bool) -> dict[str, str]:
    """Where each answer goes unless a person says otherwise: a column's key, `new` or nowhere."""
    keys = {one.name.casefold(): one.key for one in table.columns}
    otherwise = NEW if may_build else ""
    return {name: keys.get(name.casefold(), otherwise) for name in batch.answer_names}


def write(tools: Tools, turn: Turn) -> None:
    """Write all that are done, or those behind where somebody left off; some, if others wait.

    The wish is `{"new": name}`, or `{"places": {answer: a column's key or "new"}}`. Raises Cut
    and TableRefused.
    """
    with tools.sessions() as session:
        batch, held = _begun(tools, session, turn)
        zone = matchings.zone_of(session, turn.workspace_id)
        until = held.taken + ROWS_A_TURN
        while portion := directory.done_after(session, batch, held.taken, PORTION):
            with tools.writing(session):
                batch, held = _held(session, turn)
                if held.taken >= until and others_wait(session, turn):
                    return
                _write(session, held, portion, zone)
                held.taken, held.tries = portion[-1].number, 0
        with tools.writing(session):
            batch, held = _held(session, turn)
            record_written(session, batch, held)
            asking.end(held, HandoverStatus.DONE, _words(held))


def record_written(session: Session, batch: Batch, held: Handover) -> None:
    """Leave an audit event about what was written."""
    by = session.get_one(User, held.asked_by)
    recording.record(session, "batch_written", batch, by=by, table=held.name, rows=held.rows)


def _held(session: Session, turn: Turn) -> tuple[Batch, Handover]:
    """The batch and the handover, both held. Raises Cut."""
    held = held_by(session, turn)
    return session.get_one(Batch, held.batch_id), held


def _begun(tools: Tools, session: Session, turn: Turn) -> tuple[Batch, Handover]:
    """Make the table or its new columns, and note which answer goes where; once."""
    with tools.writing(session):
        batch, held = _held(session, turn)
    if "keys" in held.wish:
        return batch, held
    is_new = "new" in held.wish
    guesses = _guessed(session, batch, inputs=is_new)
    names = list(batch.answer_names)
    with tools.writing(session):
        batch, held = _held(session, turn)
        _refuse_person(session, held)
        by = session.get_one(User, held.asked_by)
        if is_new:
            table = tables.create(
                session, turn.workspace_id, by=by.id, name=held.wish["new"], columns=guesses
            )
            held.table_id, keys = table.id, [one.key for one in guesses]
        else:
            places = {name: place for name, place in held.wish["places"].items() if place}
            kinds = {one.name: one for one in guesses}
            keys = _into(session, _table(session, held), places, kinds, by)
            names = list(places)
        held.wish = {**held.wish, "names": names, "keys": keys}
    return batch, held


def _into(
    session: Session,
    table: DataTable,
    places: Mapping[str, str],
    kinds: Mapping[str, Column],
    by: User,
) -> list[str]:
    """The key of the column for each answer; new ones are added."""
    there = {one.key for one in table.columns}
    found: list[str] = []
    for name, place in places.items():
        if place == NEW:
            kind = kinds.get(name, Column(name, name)).kind
            found.append(shape.add_column(session, table, by=by.id, name=name, kind=kind).key)
        elif place in there:
            found.append(place)
        else:
            raise TableRefused(COLUMN_GONE)
    return found


def _write(session: Session, held: Handover, portion: Sequence[AnyRow], zone: tzinfo) -> None:
    _refuse_person(session, held)
    table = _table(session, held)
    there = {one.key: one for one in table.columns}
    if not there.keys() >= set(held.wish["keys"]):
        raise TableRefused(COLUMN_GONE)
    columns, names = [there[key] for key in held.wish["keys"]], held.wish["names"]
    if "new" in held.wish:
        written = _add(session, table, portion, columns, names, zone)
    else:
        written = _put_back(session, table, portion, columns, names, zone)
    held.rows += written.pop("rows")
    before = held.left_over
    held.left_over = {why: before.get(why, 0) + many for why, many in written.items()}


def _add(
    session: Session,
    table: DataTable,
    portion: Sequence[AnyRow],
    columns: Sequence[Column],
    names: Sequence[str],
    zone: tzinfo,
) -> dict[str, int]:
    settled = [_settled(columns, [*row.cells, *_answers(names, row)], zone) for row in portion]
    fitting = [one for one, _ in settled if not table_rows.is_too_large(columns, one)]
    table_rows.add(session, table, fitting)
    return {
        "rows": len(fitting),
        "unfit": sum(unfit for _, unfit in settled),
        "large": len(settled) - len(fitting),
    }


def _put_back(
    session: Session,
    table: DataTable,
    portion: Sequence[AnyRow],
    columns: Sequence[Column],
    names: Sequence[str],
    zone: tzinfo,
) -> dict[str, int]:
    by_id = {row.source_row_id: row for row in portion}
    there = session.execute(
        select(DataRow.id, DataRow.revision, DataRow.values).where(
            *table_rows.of_table(table), DataRow.id.in_(list(by_id))
        )
    ).all()
    now, unfit = clock.now(), 0
    changed: list[dict[str, Any]] = []
    for found in there:
        values, wrong = _settled(columns, _answers(names, by_id[found.id]), zone)
        unfit += wrong
        whole = {**found.values, **values}
        if not table_rows.is_too_large(table.columns, whole):
            kept = table_rows.stored(table.columns, whole)
            changed.append(
                {"id": found.id, "revision": found.revision + 1, "updated_at": now, **kept}
            )
    if changed:
        session.execute(update(DataRow), changed)
        table.updated_at = now
    return {
        "rows": len(changed),
        "gone": len(portion) - len(there),
        "unfit": unfit,
        "large": len(there) - len(changed),
    }


def _settled(columns: Sequence[Column], line: Sequence[Json], zone: tzinfo) -> tuple[Values, int]:
    values: Values = {}
    unfit = 0
    for column, cell in zip(columns, line, strict=True):
        try:
            values[column.key] = settle(column, cell, zone)
        except CellRefused:
            unfit += 1
    return values, unfit


def _guessed(session: Session, batch: Batch, *, inputs: bool) -> tuple[Column, ...]:
    """Columns for the answers (and what went in), with kinds guessed from what is in them."""
    sample = islice(directory.every_row(session, batch, (RowStatus.DONE,)), SAMPLE)
    answers = batch.answer_names
    names = [one.name for one in batch.columns] if inputs else []
    lines = [[*(row.cells if inputs else ()), *_answers(answers, row)] for row in sample]
    return guessed([*names, *answers], lines)


def _answers(names: Sequence[str], row: AnyRow) -> list[Json]:
    answers = cells_of(row.answer)
    return [as_cell(answers.get(name)) for name in names]


def _table(session: Session, held: Handover) -> DataTable:
    """The table, held until the transaction ends. Raises TableRefused."""
    table = held.table_id and table_directory.by_id(
        session, held.workspace_id, table_id=held.table_id
    )
    if not table:
        raise TableRefused(TABLE_GONE)
    return tables.locked(session, table)


def _refuse_person(session: Session, held: Handover) -> None:
    """Raises TableRefused when the one who asked may not change tables any more."""
    builds = "keys" not in held.wish and ("new" in held.wish or NEW in held.wish["places"].values())
    permission = "tables.build" if builds else "tables.edit"
    if not may_still(session, held.workspace_id, held.asked_by, permission):
        raise TableRefused(_NO_ROLE.format(held.asker.name))


def _words(held: Handover) -> str:
    """What was done, as one says it."""
    left = held.left_over
    parts = [f"{count(held.rows, 'row')} written into “{held.name}”"]
    if left.get("gone"):
        parts.append(f"{left['gone']:,} not in the table any more")
    if left.get("large"):
        parts.append(f"{count(left['large'], 'row')} left out, as a table’s row can hold 64 KB")
    if left.get("unfit"):
        parts.append(f"{count(left['unfit'], 'answer')} left out, as they do not fit their column")
    return f"{listed(parts)}."
