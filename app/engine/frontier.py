"""Which steps of a run may begin and which are passed by: the state of all its links."""

from collections import deque

from app.engine.plan import Plan


class Frontier:
    """A step may begin when all links to it are decided and at least one was taken.

    When all are decided and none was taken, it is passed by, and so on down its own links.
    """

    def __init__(self, plan: Plan) -> None:
        self._steps = plan.steps
        self._open = [one.incoming for one in plan.steps]
        self._taken = [False] * len(plan.steps)
        self.ready: deque[int] = deque([plan.start])
        self.skipped: deque[int] = deque(
            place
            for place, one in enumerate(plan.steps)
            if not one.incoming and place != plan.start
        )

    def leave(self, place: int, port: str | None) -> None:
        """A step has ended and leaves by `port`; None takes no way at all."""
        for way, target in self._steps[place].onward:
            if way == port:
                self._taken[target] = True
            self._open[target] -= 1
            if not self._open[target]:
                (self.ready if self._taken[target] else self.skipped).append(target)
