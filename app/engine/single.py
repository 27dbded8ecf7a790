"""One step tried alone, on the values that other steps gave before."""

from app.engine.coordinator import Coordinator
from app.engine.errors import StepFailed
from app.engine.states import StepStatus
from app.engine.step_type import LoopType
from app.engine.values import Json


def lay_out_single(coordinator: Coordinator, place: int) -> None:
    """Make ready to run the step at `place` and nothing behind it.

    What other steps gave is known from the history; inside a loop the step works on the first
    item that the loop would go through.
    """
    plan, top = coordinator.plan, coordinator.top
    for other, planned in enumerate(plan.steps):
        past = coordinator.history.get((planned.step.id, ""))
        if other != place and past is not None and past.status is StepStatus.SUCCESS:
            coordinator.ledger.remember(top, other, past)
            if other in plan.steps[place].sources:
                top.came.setdefault(place, []).append(other)
    for loop in reversed(_loops_around(coordinator, place)):
        top.roots["item"], top.roots["index"] = _first_item(coordinator, loop), 0
    top.ended.update(other for other in top.frame.places if other != place)
    top.goes_on = False
    coordinator.queues.ready.append((top, place))


def _loops_around(coordinator: Coordinator, place: int) -> list[int]:
    """The loops that the step is inside of, the nearest first."""
    loops: list[int] = []
    parent = coordinator.plan.steps[place].step.parent
    while parent is not None:
        loops.append(coordinator.plan.place(parent))
        parent = coordinator.plan.steps[loops[-1]].step.parent
    return loops


def _first_item(coordinator: Coordinator, loop: int) -> Json:
    kind = coordinator.plan.steps[loop].type
    if not isinstance(kind, LoopType):
        return None
    try:
        items = kind.items(coordinator.ledger.fill(coordinator.top, loop))
    except StepFailed:
        return None
    return items[0] if items else None
