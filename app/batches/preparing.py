"""What workers do with a batch before a person goes on: read its rows, or look through them."""

import logging
import uuid

from sqlalchemy.orm import Session

from app.accounts.models import User
from app.batches import checking, reading, work
from app.batches.holding import Cut, Turn, find_locked, held_by
from app.batches.models import Batch, BatchStatus
from app.batches.refused import BatchRefused
from app.engine.states import RunMode
from app.handovers.tools import Tools
from app.lib import ids
from app.lib.aside import Aside

MAX_TRIES = 3
CUT_OFF = (
    "Reading was cut off {} times, so it was given up. Try again with fewer rows, and tell your "
    "administrator if that happens again."
)
log = logging.getLogger(__name__)


class Preparer:
    """Prepares batches beside the rounds, one after the other."""

    def __init__(self) -> None:
        self._aside = Aside()

    def take(self, tools: Tools, workspace_id: uuid.UUID, batch_id: uuid.UUID) -> None:
        """Begin with this batch, unless another is being prepared."""
        self._aside.take(_prepare, tools, workspace_id, batch_id)


def prepare(tools: Tools, workspace_id: uuid.UUID, batch_id: uuid.UUID) -> None:
    """Do what is to be done before a person, or the batch itself, can go on."""
    with tools.sessions() as session:
        try:
            turn = Turn(workspace_id, batch_id, str(ids.new_id()))
            batch = _taken_up(tools, session, turn)
            if batch.status is BatchStatus.READING:
                reading.read(tools, session, batch, turn)
            elif checking.look_through(session, lambda: tools.writing(session), batch, turn):
                _begin(tools, session, batch)
        except Cut:
            return


def _prepare(tools: Tools, workspace_id: uuid.UUID, batch_id: uuid.UUID) -> None:
    try:
        prepare(tools, workspace_id, batch_id)
    except Exception:
        # It is tried again with the next round, a few times.
        log.exception("the rows of the batch %s could not be prepared", batch_id)


def _taken_up(tools: Tools, session: Session, turn: Turn) -> Batch:
    """The batch, which is this turn's from now on. Raises Cut."""
    with tools.writing(session):
        batch = find_locked(session, turn.workspace_id, turn.batch_id)
        if batch is None or not batch.is_preparing:
            raise Cut
        tries = int((batch.wish or {}).get("tries", 0)) + 1
        batch.wish = {**(batch.wish or {}), "token": turn.token, "tries": tries}
    if tries > MAX_TRIES:
        _give_up(tools, session, batch, turn)
        raise Cut
    return batch


def _give_up(tools: Tools, session: Session, batch: Batch, turn: Turn) -> None:
    problem = CUT_OFF.format(MAX_TRIES)
    if batch.status is BatchStatus.READING:
        reading.give_up(tools, session, turn, problem)
        return
    with tools.writing(session):
        held = held_by(session, turn)
        held.status, held.wish, held.problem = BatchStatus.SETTING_UP, None, problem
        held.seq += 1


def _begin(tools: Tools, session: Session, batch: Batch) -> None:
    """Begin at once, where that was pressed; what is in the way stands on the page."""
    then = (batch.wish or {}).get("then")
    if not then:
        return
    try:
        with tools.writing(session):
            by = session.get_one(User, uuid.UUID(then["by"]))
            work.begin(session, batch, by=by, mode=RunMode(then["mode"]), first=then["first"])
            batch.wish = None
    except BatchRefused as refused:
        with tools.writing(session):
            batch.problem, batch.wish = refused.sentence, None
            batch.seq += 1
