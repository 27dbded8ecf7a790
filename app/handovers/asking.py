"""What becomes of a handover: asked for in place of an earlier one, ended, let go of."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.orm import Session

from app.files.models import File
from app.handovers.models import Handover, HandoverKind, HandoverStatus
from app.lib import clock

NOT_KEPT = "This file is not kept any more. Make it once more."
STOPPED = "Making the file was stopped."
_BEING_MADE = "This file is being made already. It is ready in a moment."
AT_WORK = {
    HandoverKind.TABLE: "These results are being written into a table already. Stop that first.",
    HandoverKind.WORKBOOK: _BEING_MADE,
    HandoverKind.CSV: _BEING_MADE,
}


class HandoverRefused(Exception):
    """Something cannot be asked for now; `sentence` says why."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def kept(session: Session, *which: ColumnElement[bool]) -> Sequence[Handover]:
    """The handovers of which this holds, read again and held until the transaction ends."""
    return session.scalars(
        select(Handover)
        .where(*which)
        .order_by(Handover.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()


def ask(session: Session, asked: Handover, *, instead_of: Sequence[Handover]) -> None:
    """Let a worker do this from now on. Raises HandoverRefused while an earlier one is at work."""
    if any(one.is_working for one in instead_of):
        raise HandoverRefused(AT_WORK[asked.kind])
    let_go(session, instead_of)
    session.add(asked)
    session.flush()


def end(handover: Handover, status: HandoverStatus, sentence: str) -> None:
    """It is over, and how; the worker that still has it finds that out with its next portion."""
    handover.status, handover.sentence = status, sentence
    handover.finished_at, handover.turn = clock.now(), ""


def let_go(session: Session, handovers: Sequence[Handover]) -> None:
    """Forget these, with their files; the bytes go with the next sweep."""
    forget_files(session, Handover.id.in_([one.id for one in handovers]))
    for one in handovers:
        session.delete(one)
    session.flush()


def forget_files(session: Session, *which: ColumnElement[bool]) -> None:
    """Forget the files of the handovers of which this holds."""
    files = select(Handover.file_id).where(*which, Handover.file_id.is_not(None))
    session.execute(
        delete(File).where(File.id.in_(files)).execution_options(synchronize_session=False)
    )
