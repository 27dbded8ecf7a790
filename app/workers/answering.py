"""Gives the exact answer of a run to the callers of a webhook who wait for it."""

from app.engine.errors import GraphRefused, PlanRefused
from app.engine.states import RunStatus
from app.engine.values import Json
from app.runs.run_answers import RunAnswers, is_waited_for
from app.workers.desk import Desk
from app.workers.work_order import WorkOrder


def hand_over(desk: Desk, order: WorkOrder, *, status: RunStatus, answer: Json) -> None:
    """Tell them, once the end is stored. Secrets of the run are taken out of the answer first."""
    try:
        graph = order.plan.graph
    except (GraphRefused, PlanRefused):
        return  # whoever waits finds the end in the database, a second later
    if is_waited_for(order.trigger_type, graph, order.start_node_id):
        RunAnswers(desk.bell.redis, desk.keyring).give(
            order.claim.workspace_id,
            order.claim.run_id,
            status=status,
            answer=order.redactor.known(answer),
        )
