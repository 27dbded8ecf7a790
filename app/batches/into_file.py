"""The results of a batch as a workbook, made row by row by a worker and kept for a day."""

import tempfile
from collections.abc import Iterator
from typing import BinaryIO
from zoneinfo import ZoneInfo

from app.accounts.models import User
from app.batches import handovers, results
from app.batches.handover_models import Handover, HandoverStatus
from app.batches.holding import HandoverTurn, handover_held_by
from app.batches.recording import record
from app.batches.tools import Tools
from app.data_tables.columns import TableRefused
from app.data_tables.listing import FoundRow
from app.engine.words import count
from app.files import uploads
from app.files.models import File
from app.files.names import clean_name, media_type_of
from app.files.store import MAX_FILE_BYTES, FileRefused, Stored
from app.table_files.spreadsheets import write_xlsx

PORTION = 1_000  # rows between two looks whether somebody stopped it
TOO_LARGE = (
    f"The results make a file of more than {MAX_FILE_BYTES // 1_000_000} MB, the most that one "
    "file may have. Take them as CSV."
)


def make(tools: Tools, turn: HandoverTurn) -> None:
    """Make the file and keep it as an upload is kept. Raises Cut, TableRefused and FileRefused."""
    with tools.sessions() as session, tempfile.TemporaryFile() as book:
        with tools.writing(session):
            batch, held = handover_held_by(session, turn)
            if uploads.waiting_bytes(session, turn.workspace_id) > uploads.MAX_WAITING_BYTES:
                raise FileRefused(uploads.FULL)
            held.taken = held.rows = 0
            wish, name = held.wish, clean_name(held.name)
        found = results.results_of(session, batch, lambda run_id: f"{wish['runs']}/{run_id}")
        rows = _told(tools, turn, found.rows, book)
        try:
            write_xlsx(book, "Results", found.columns, rows, ZoneInfo(wish["zone"]))
        except TableRefused as refused:
            raise TableRefused(refused.sentence.replace("Export the table", "Take them")) from None
        book.seek(0)
        stored = tools.files.write(book, name=name)
    try:
        _keep(tools, turn, stored, name)
    except BaseException:
        tools.files.delete(stored.id)
        raise


def _told(
    tools: Tools, turn: HandoverTurn, rows: Iterator[FoundRow], book: BinaryIO
) -> Iterator[FoundRow]:
    """The rows; after each portion the page is told how far it is."""
    number = 0
    for number, row in enumerate(rows, start=1):
        yield row
        if number % PORTION == 0:
            if book.tell() > MAX_FILE_BYTES:
                raise FileRefused(TOO_LARGE)
            _went_on(tools, turn, number)
    _went_on(tools, turn, number)


def _went_on(tools: Tools, turn: HandoverTurn, number: int) -> None:
    with tools.sessions() as session, tools.writing(session):
        batch, held = handover_held_by(session, turn)
        held.taken = held.rows = number
        batch.seq += 1


def _keep(tools: Tools, turn: HandoverTurn, stored: Stored, name: str) -> None:
    with tools.sessions() as session, tools.writing(session):
        batch, held = handover_held_by(session, turn)
        session.add(_file(turn, stored, name, held))
        held.file_id, by = stored.id, session.get_one(User, held.asked_by)
        record(session, "batch_file_made", batch, by=by, name=name, rows=held.rows)
        ready = f"“{name}” is ready: {count(held.rows, 'row')}."
        handovers.end(batch, held, HandoverStatus.DONE, ready)


def _file(turn: HandoverTurn, stored: Stored, name: str, held: Handover) -> File:
    return File(
        id=stored.id,
        workspace_id=turn.workspace_id,
        name=name,
        media_type=media_type_of(name, ""),
        size=stored.size,
        sha256=stored.sha256,
        created_by=held.asked_by,
    )
