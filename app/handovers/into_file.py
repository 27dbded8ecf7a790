"""A file made row by row by a worker, and kept for a day as uploads are."""

import tempfile
from collections.abc import Iterable, Iterator
from typing import BinaryIO
from zoneinfo import ZoneInfo

from app.data_tables.columns import TableRefused
from app.data_tables.listing import FoundRow
from app.engine.words import count
from app.files import uploads
from app.files.models import File
from app.files.names import clean_name, media_type_of
from app.files.store import MAX_FILE_BYTES, FileRefused, Stored
from app.handovers import asking
from app.handovers.holding import held_by
from app.handovers.models import Handover, HandoverKind, HandoverStatus
from app.handovers.tools import Tools
from app.handovers.turns import Contents, Cut, Turn
from app.table_files.spreadsheets import write_csv, write_xlsx

PORTION = 1_000  # rows between two looks whether somebody stopped it
MAX_CSV_BYTES = 200_000_000
# Half of what waits in a workspace at most, so that people can still send files.
MAX_WAITING_BYTES = uploads.MAX_WAITING_BYTES // 2
FULL = (
    "This workspace has too many large files that wait: those made in the last day, and those "
    "that people sent. They are deleted after a day; try again then."
)


def make(tools: Tools, turn: Turn) -> None:
    """Make the file and keep it as an upload is kept. Raises Cut, TableRefused and FileRefused."""
    with tempfile.TemporaryFile() as draft:
        kind, name, zone = _begun(tools, turn)
        with tools.looking() as session:
            handover = session.get(Handover, turn.handover_id)
            if handover is None:
                raise Cut
            contents = turn.source.contents(session, handover)
            most = MAX_CSV_BYTES if kind is HandoverKind.CSV else MAX_FILE_BYTES
            rows = _told(tools, turn, contents, draft, most)
            _write(draft, kind, contents, rows, zone)
        draft.seek(0)
        stored = tools.files.write(draft, name=name, max_bytes=most)
    try:
        _keep(tools, turn, stored, name)
    except BaseException:
        tools.files.delete(stored.id)
        raise


def _begun(tools: Tools, turn: Turn) -> tuple[HandoverKind, str, ZoneInfo]:
    with tools.sessions() as session, tools.writing(session):
        held = held_by(session, turn)
        if uploads.waiting_bytes(session, turn.workspace_id) > MAX_WAITING_BYTES:
            raise FileRefused(FULL)
        held.taken = held.rows = 0
        return held.kind, clean_name(held.name), ZoneInfo(held.wish["zone"])


def _write(
    draft: BinaryIO,
    kind: HandoverKind,
    contents: Contents,
    rows: Iterable[FoundRow],
    zone: ZoneInfo,
) -> None:
    if kind is HandoverKind.CSV:
        write_csv(draft, contents.columns, rows, zone)
        return
    try:
        write_xlsx(draft, contents.title, contents.columns, rows, zone)
    except TableRefused as refused:
        raise TableRefused(f"{refused.sentence} {contents.as_csv}") from None


def _told(
    tools: Tools, turn: Turn, contents: Contents, draft: BinaryIO, most: int
) -> Iterator[FoundRow]:
    """The rows; after each portion the page is told how far it is."""
    number = 0
    for number, row in enumerate(contents.rows, start=1):
        yield row
        if number % PORTION == 0:
            if draft.tell() > most:
                raise FileRefused(_too_large(contents, most))
            _went_on(tools, turn, number)
    _went_on(tools, turn, number)


def _too_large(contents: Contents, most: int) -> str:
    return f"This makes a file of more than {most // 1_000_000} MB. {contents.too_large}"


def _went_on(tools: Tools, turn: Turn, number: int) -> None:
    with tools.sessions() as session, tools.writing(session):
        held = held_by(session, turn)
        held.taken = held.rows = number


def _keep(tools: Tools, turn: Turn, stored: Stored, name: str) -> None:
    with tools.sessions() as session, tools.writing(session):
        held = held_by(session, turn)
        session.add(_file(turn, stored, name, held))
        held.file_id = stored.id
        ready = f"“{name}” is ready: {count(held.rows, 'row')}."
        asking.end(held, HandoverStatus.DONE, ready)
        turn.source.made(session, held)


def _file(turn: Turn, stored: Stored, name: str, held: Handover) -> File:
    return File(
        id=stored.id,
        workspace_id=turn.workspace_id,
        name=name,
        media_type=media_type_of(name, ""),
        size=stored.size,
        sha256=stored.sha256,
        created_by=held.asked_by,
    )
