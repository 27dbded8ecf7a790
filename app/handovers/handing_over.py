"""Workers do what somebody asked for: fill a table, or make a file.

Where it stands is kept with each portion, in one transaction with what was written, so whoever
goes on after a worker that died writes no row twice and leaves none out.
"""

import contextlib
import logging
import uuid
from collections.abc import Callable

from sqlalchemy import select

from app.data_tables.columns import TableRefused
from app.files.store import FileRefused
from app.handovers import asking, into_file
from app.handovers.holding import held, held_by
from app.handovers.models import Handover, HandoverStatus
from app.handovers.tools import Tools
from app.handovers.turns import Cut, Sources, Turn
from app.lib import ids
from app.lib.aside import Aside

EVERY_S = 1.0
MAX_TRIES = 3
CUT_OFF = (
    "This was cut off {} times, so it was given up. Try it once more, and tell your "
    "administrator if that happens again."
)
Way = Callable[[Tools, Turn], None]
log = logging.getLogger(__name__)


class Handing:
    """One for the process that keeps the timetable: one handover after the other.

    Those that nobody has begun go first, then the one whose last turn is longest ago: marks of
    turns are in the order of time. A long table leaves off now and then where others wait.
    """

    def __init__(self, sources: Sources) -> None:
        self._sources = sources
        self._aside = Aside()

    def look(self, tools: Tools) -> None:
        """Begin with the next one, unless one is being done."""
        with tools.sessions() as session:
            first = session.execute(
                select(Handover.workspace_id, Handover.id)
                .where(Handover.status == HandoverStatus.WORKING)
                .order_by(Handover.turn, Handover.id)
                .limit(1)
            ).first()
        if first is not None:
            self._aside.take(_hand_over, tools, self._sources, *first)


def hand_over(
    tools: Tools, sources: Sources, workspace_id: uuid.UUID, handover_id: uuid.UUID
) -> None:
    """Do it, or go on with it where somebody else left off."""
    with contextlib.suppress(Cut):
        turn, way = _taken_up(tools, sources, workspace_id, handover_id)
        try:
            way(tools, turn)
        except (TableRefused, FileRefused) as refused:
            _give_up(tools, turn, refused.sentence)


def _hand_over(
    tools: Tools, sources: Sources, workspace_id: uuid.UUID, handover_id: uuid.UUID
) -> None:
    try:
        hand_over(tools, sources, workspace_id, handover_id)
    except Exception:
        # It is tried again with the next look, a few times.
        log.exception("what was asked for (%s) could not be handed over", handover_id)


def _taken_up(
    tools: Tools, sources: Sources, workspace_id: uuid.UUID, handover_id: uuid.UUID
) -> tuple[Turn, Way]:
    """From now on it is this turn's. Raises Cut."""
    with tools.sessions() as session, tools.writing(session):
        asked = session.get(Handover, handover_id)
        if asked is None:
            raise Cut
        turn = Turn(workspace_id, handover_id, str(ids.new_id()), sources.of(asked))
        found = held(session, turn.source, workspace_id, handover_id)
        found.turn, found.tries = turn.mark, found.tries + 1
        tries, way = found.tries, turn.source.ways.get(found.kind, into_file.make)
    if tries > MAX_TRIES:
        _give_up(tools, turn, CUT_OFF.format(MAX_TRIES))
        raise Cut
    return turn, way


def _give_up(tools: Tools, turn: Turn, problem: str) -> None:
    """It cannot go on, and why. Raises Cut."""
    with tools.sessions() as session, tools.writing(session):
        found = held_by(session, turn)
        turn.source.given_up(session, found)
        asking.end(found, HandoverStatus.FAILED, problem)
