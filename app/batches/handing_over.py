"""Workers hand over results that somebody asked for: into a table, or as a file.

Where it stands is kept with each portion, in one transaction with what was written, so whoever
goes on after a worker that died writes no row twice and leaves none out.
"""

import contextlib
import logging
import uuid

from sqlalchemy import select

from app.batches import handovers, into_file, into_table
from app.batches.aside import Aside
from app.batches.handover_models import Handover, HandoverKind, HandoverStatus
from app.batches.holding import Cut, HandoverTurn, find_locked, handover_held_by
from app.batches.tools import Tools
from app.data_tables.columns import TableRefused
from app.files.store import FileRefused
from app.lib import ids

EVERY_S = 1.0
MAX_TRIES = 3
CUT_OFF = (
    "This was cut off {} times, so it was given up. Try it once more, and tell your "
    "administrator if that happens again."
)
_WAYS = {HandoverKind.TABLE: into_table.write, HandoverKind.WORKBOOK: into_file.make}
log = logging.getLogger(__name__)


class Handing:
    """One for the process that keeps the timetable: one handover after the other."""

    def __init__(self) -> None:
        self._aside = Aside()

    def look(self, tools: Tools) -> None:
        """Begin with the one asked for first, unless one is being done."""
        with tools.sessions() as session:
            first = session.execute(
                select(Handover.workspace_id, Handover.batch_id, Handover.id)
                .where(Handover.status == HandoverStatus.WORKING)
                .order_by(Handover.id)
                .limit(1)
            ).first()
        if first is not None:
            self._aside.take(_hand_over, tools, *first)


def hand_over(
    tools: Tools, workspace_id: uuid.UUID, batch_id: uuid.UUID, handover_id: uuid.UUID
) -> None:
    """Do it, or go on with it where somebody else left off."""
    turn = HandoverTurn(workspace_id, batch_id, handover_id, str(ids.new_id()))
    with contextlib.suppress(Cut):
        try:
            kind = _taken_up(tools, turn)
            _WAYS[kind](tools, turn)
        except (TableRefused, FileRefused) as refused:
            _give_up(tools, turn, refused.sentence)


def _hand_over(
    tools: Tools, workspace_id: uuid.UUID, batch_id: uuid.UUID, handover_id: uuid.UUID
) -> None:
    try:
        hand_over(tools, workspace_id, batch_id, handover_id)
    except Exception:
        # It is tried again with the next look, a few times.
        log.exception("the results of the batch %s could not be handed over", batch_id)


def _taken_up(tools: Tools, turn: HandoverTurn) -> HandoverKind:
    """What it is; from now on it is this turn's. Raises Cut."""
    with tools.sessions() as session, tools.writing(session):
        batch = find_locked(session, turn.workspace_id, turn.batch_id)
        found = session.get(Handover, turn.handover_id)
        if batch is None or found is None or not found.is_working:
            raise Cut
        found.turn, found.tries = turn.mark, found.tries + 1
        tries, kind = found.tries, found.kind
    if tries > MAX_TRIES:
        _give_up(tools, turn, CUT_OFF.format(MAX_TRIES))
        raise Cut
    return kind


def _give_up(tools: Tools, turn: HandoverTurn, problem: str) -> None:
    """It cannot go on, and why. Raises Cut."""
    with tools.sessions() as session, tools.writing(session):
        batch, held = handover_held_by(session, turn)
        if held.kind is HandoverKind.TABLE and held.rows:
            into_table.record_written(session, batch, held)
        handovers.end(batch, held, HandoverStatus.FAILED, problem)
