"""What a step keeps while it works: sealed beside the values of its run, on disk at once."""

from dataclasses import dataclass

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app import database
from app.engine.record import Cancelled
from app.engine.values import Json
from app.runs.models import RunNode, RunState
from app.runs.people_copy import output_copy
from app.workers.claims import LEASE
from app.workers.desk import Desk
from app.workers.fence import pass_fence
from app.workers.rows import upsert
from app.workers.signals import LiveRun
from app.workers.storage import patiently
from app.workers.work_order import WorkOrder


@dataclass(frozen=True, slots=True)
class MemoryDoor:
    """The memory of one step of one run, under the claim that works on it."""

    desk: Desk
    order: WorkOrder
    live: LiveRun
    step_id: str
    iteration: str

    def recall(self) -> Json:
        """What was kept last, if anything. From here on an earlier try cannot keep anything."""
        self.live.holders[self.step_id, self.iteration] = self
        with self.desk.sessions() as session:
            sealed = session.scalar(
                select(RunState.ciphertext).where(
                    RunState.run_id == self.order.claim.run_id,
                    RunState.node_id == self.step_id,
                    RunState.iteration == self.iteration,
                )
            )
        if sealed is None:
            return None
        return self.order.values.open(sealed, step_id=self.step_id, iteration=self.iteration)

    def keep(self, value: Json, *, shown: Json) -> None:
        """Keep the value; raises Cancelled when the run is not ours to work on any more."""
        if self.live.holders.get((self.step_id, self.iteration)) is not self:
            raise Cancelled
        self.live.so_far[self.step_id, self.iteration] = shown
        claim = self.order.claim
        row = {
            "workspace_id": claim.workspace_id,
            "run_id": claim.run_id,
            "node_id": self.step_id,
            "iteration": self.iteration,
            "ciphertext": self.order.values.seal(
                value, step_id=self.step_id, iteration=self.iteration
            ),
        }
        copy = output_copy(shown, self.order.redactor)
        with self.desk.turn_to_write, self.desk.sessions() as session:
            seq = patiently(
                lambda: self._stored(session, row, copy), give_up_after_s=LEASE.total_seconds()
            )
        mark = f"{claim.number}.{seq}"
        self.desk.live_keys.put_one(claim.workspace_id, claim.run_id, mark)

    def _stored(self, session: Session, row: dict[str, object], copy: Json) -> int:
        claim = self.order.claim
        with database.writing(session):
            passed = pass_fence(session, claim)
            if passed is None or passed[1]:
                raise Cancelled
            upsert(session.connection(), RunState, [row])
            session.execute(
                update(RunNode)
                .where(
                    RunNode.run_id == claim.run_id,
                    RunNode.node_id == self.step_id,
                    RunNode.iteration == self.iteration,
                )
                .values(output=copy)
                .execution_options(synchronize_session=False)
            )
            return passed[0]
