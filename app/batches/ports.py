"""What this room asks of higher rooms; `app/ports.py` fills it."""

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.batches.models import Batch
from app.data_tables.models import DataTable
from app.handovers.models import Handover


@dataclass(frozen=True, slots=True)
class Handed:
    """What is being done with the results of a batch, or was.

    `written` is the table that they were written into, where it is still there; `half_filled`
    the handover that began a new one and did not come to its end. `has_run_since`: rows ran
    after that table was begun, so it may hold earlier answers of theirs, or none.
    """

    handovers: Sequence[Handover] = ()
    written: DataTable | None = None
    half_filled: Handover | None = None
    has_run_since: bool = False

    @property
    def is_working(self) -> bool:
        """Whether a worker is at it."""
        return any(one.is_working for one in self.handovers)

    @property
    def is_written_now(self) -> bool:
        """Whether results are being written into a table."""
        return any(one.is_working and not one.is_file for one in self.handovers)


def _nothing(_session: Session, _batch: Batch) -> Handed:
    return Handed()


def _keep(_session: Session, _batch: Batch) -> None:
    """Nobody has anything of it."""


def _keep_files(
    _session: Session, _workspace_id: uuid.UUID, _batch_ids: Sequence[uuid.UUID]
) -> None:
    """Nobody has any."""


# For the page of a batch.
handed: Callable[[Session, Batch], Handed] = _nothing

# Let go of what was made of its results, before it is deleted or begins anew; it is locked.
# Raises BatchRefused while somebody is at it.
let_go: Callable[[Session, Batch], None] = _keep

# The files of batches that are deleted now: (session, workspace id, batch ids).
forget_files: Callable[[Session, uuid.UUID, Sequence[uuid.UUID]], None] = _keep_files
