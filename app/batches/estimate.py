"""What the rows of a batch will cost and how long they take, from earlier runs of the agent."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.batches.models import Batch
from app.engine.states import RunMode, RunStatus
from app.lib import clock
from app.runs.models import Run

LOOKED_AT = 50
ENOUGH = 3  # rows that have ended say more than this about the rest


@dataclass(frozen=True, slots=True)
class Estimate:
    """For so many rows; from `runs` earlier ones, of which `unpriced` had no known price."""

    runs: int
    cost: int
    tokens: int
    seconds: float
    unpriced: int


def estimate(session: Session, batch: Batch, rows: int) -> Estimate | None:
    """From the last runs that went well, of this version or else of any; None without one."""
    found = _last(session, batch, of_version=True) or _last(session, batch, of_version=False)
    if not found:
        return None
    runs = len(found)
    seconds = sum(run.seconds or 0.0 for run in found) / runs
    return Estimate(
        runs=runs,
        cost=round(sum(run.cost for run in found) / runs * rows),
        tokens=round(sum(run.tokens for run in found) / runs * rows),
        seconds=seconds * rows / min(batch.parallel, max(rows, 1)),
        unpriced=sum(1 for run in found if run.unpriced),
    )


def seconds_left(batch: Batch) -> float | None:
    """How long the rows that are left take, at the pace since it went on; None when unknown."""
    if batch.resumed_at is None or batch.settled < ENOUGH:
        return None
    left = batch.open_rows + batch.waiting
    return left * (clock.now() - batch.resumed_at).total_seconds() / batch.settled


def _last(session: Session, batch: Batch, *, of_version: bool) -> list[Run]:
    query = select(Run).where(
        Run.workspace_id == batch.workspace_id,
        Run.agent_id == batch.agent_id,
        Run.status == RunStatus.SUCCESS,
        Run.mode != RunMode.REPLAY,
        Run.only_node_id.is_(None),
    )
    if of_version:
        query = query.where(Run.agent_version_id == batch.agent_version_id)
    return list(session.scalars(query.order_by(Run.id.desc()).limit(LOOKED_AT)))
