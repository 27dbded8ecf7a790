"""Gives the exact answer of a run to the callers of a webhook who wait for it."""

from app.engine.states import RunStatus
from app.engine.values import Json
from app.workers.desk import Desk
from app.workers.work_order import WorkOrder


def hand_over(desk: Desk, order: WorkOrder, *, status: RunStatus, answer: Json) -> None:
    """Tell them, once the end is stored. Secrets of the run are taken out of the answer first."""
    if order.is_waited_for:
        desk.answers.give(
            order.claim.workspace_id,
            order.claim.run_id,
            status=status,
            answer=order.redactor.known(answer),
        )
