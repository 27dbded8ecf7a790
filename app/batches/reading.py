"""The rows of a batch come in: read from their file or table, a portion to a transaction.

Whoever reads begins with the first row. A reader that died is followed by one that throws away
what came in until then, so no row is there twice, and a table is read as it was at one moment.
"""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import tzinfo
from itertools import islice
from typing import Any

from sqlalchemy import delete, insert, text
from sqlalchemy.orm import Session

from app.batches import matching as matchings
from app.batches import source
from app.batches.holding import Turn, held_by
from app.batches.matching import Matching
from app.batches.models import MAX_ROWS, Batch, BatchRow, BatchStatus, RowStatus
from app.batches.refused import BatchRefused
from app.batches.source import Source, SourceRow
from app.data_tables import directory as tables
from app.engine.form_inputs import FormInput
from app.files.models import File
from app.handovers.tools import Tools

PORTION = 1_000
FILE_GONE = "The file is not kept any more. Choose it again."
TABLE_GONE = "The table was deleted meanwhile. Choose other rows."


def read(tools: Tools, session: Session, batch: Batch, turn: Turn) -> None:
    """Copy the rows in and match columns by their names. Raises Cut."""
    file_id = file_of(batch)
    try:
        with _opened(tools, session, batch) as found:
            _copy(tools, session, batch, turn, found)
    except BatchRefused as refused:
        give_up(tools, session, turn, refused.sentence)
    if file_id is not None:
        tools.files.delete(file_id)


def give_up(tools: Tools, session: Session, turn: Turn, problem: str) -> None:
    """The rows could not be read, and why. Raises Cut."""
    with tools.writing(session):
        held = held_by(session, turn)
        _clear(session, held)
        forget_file(session, held)
        held.status, held.problem, held.wish = BatchStatus.UNREAD, problem, None
        held.seq += 1


def file_of(batch: Batch) -> uuid.UUID | None:
    """The upload that its rows are in, while nobody has read it."""
    wish = batch.wish or {}
    return uuid.UUID(wish["file"]) if "file" in wish else None


def forget_file(session: Session, batch: Batch) -> None:
    """The upload is not needed any more; its bytes go with the next sweep at the latest."""
    file_id = file_of(batch)
    if file_id is not None:
        session.execute(
            delete(File)
            .where(File.workspace_id == batch.workspace_id, File.id == file_id)
            .execution_options(synchronize_session=False)
        )


@contextmanager
def _opened(tools: Tools, session: Session, batch: Batch) -> Iterator[Source]:
    """What the batch wishes for; held open while its rows are read. Raises BatchRefused."""
    wish = batch.wish or {}
    file_id = file_of(batch)
    if file_id is not None:
        try:
            stream = tools.files.path(file_id).open("rb")
        except FileNotFoundError:
            raise BatchRefused(FILE_GONE) from None
        with stream:
            yield source.of_file(batch.name, stream, int(wish["size"]))
        return
    with tools.looking() as looking:
        table = batch.table_id and tables.by_id(
            looking, batch.workspace_id, table_id=batch.table_id
        )
        if not table:
            raise BatchRefused(TABLE_GONE)
        yield source.of_table(looking, table, wish)


def _copy(tools: Tools, session: Session, batch: Batch, turn: Turn, found: Source) -> None:
    asked = matchings.asked_by(batch.version.flow_graph.graph)
    guessed = matchings.guess(asked, found.columns)
    zone = matchings.zone_of(session, batch.workspace_id)
    with tools.writing(session):
        held = held_by(session, turn)
        _clear(session, held)
        held.columns_json, held.matching = [one.to_json() for one in found.columns], guessed
    number = 0
    while portion := list(islice(found.rows, PORTION)):
        if number + len(portion) > MAX_ROWS:
            raise found.too_many(_counted(number + len(portion), found))
        stored = [
            _stored(turn, at, row, asked, guessed, zone)
            for at, row in enumerate(portion, start=number + 1)
        ]
        number += len(portion)
        with tools.writing(session):
            held = held_by(session, turn)
            session.execute(insert(BatchRow), stored)
            held.left_out += sum(1 for one in stored if one["status"] is RowStatus.LEFT_OUT)
            held.taken, held.share = number, found.share(number)
            held.seq += 1
    if not number:
        raise BatchRefused(found.nothing)
    with tools.writing(session):
        held = held_by(session, turn)
        forget_file(session, held)
        _tell_planner(session)
        held.total, held.status, held.wish = number, BatchStatus.SETTING_UP, None
        held.seq += 1


def _tell_planner(session: Session) -> None:
    """PostgreSQL would learn of so many new rows a minute later, and until then read them all."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("ANALYZE batch_rows"))


def _clear(session: Session, batch: Batch) -> None:
    session.execute(
        delete(BatchRow)
        .where(BatchRow.workspace_id == batch.workspace_id, BatchRow.batch_id == batch.id)
        .execution_options(synchronize_session=False)
    )
    batch.taken = batch.left_out = 0
    batch.share = None


def _counted(rows: int, found: Source) -> str:
    try:
        return f"{rows + sum(1 for _ in found.rows):,}"
    except BatchRefused:  # more than anything here can have
        return "more"


def _stored(
    turn: Turn,
    number: int,
    row: SourceRow,
    asked: tuple[FormInput, ...],
    matching: Matching,
    zone: tzinfo,
) -> dict[str, Any]:
    problems = matchings.given_by(asked, matching, row.cells, zone).problems
    return {
        "batch_id": turn.batch_id,
        "workspace_id": turn.workspace_id,
        "number": number,
        "cells": row.cells,
        "source_row_id": row.row_id,
        "status": RowStatus.LEFT_OUT if problems else RowStatus.WAITING,
        "attempt": 0,
        "sentence": " ".join(problems),
        "cost": 0,
    }
