"""The loops of one run: items begin as there is room, and end well, badly or not at all."""

from collections.abc import Callable

from app.engine.attempt import Attempt, Result, kept
from app.engine.errors import StepFailed
from app.engine.later import Later
from app.engine.ledger import Ledger
from app.engine.loop import Loop
from app.engine.outcome import Limits
from app.engine.plan import Frame
from app.engine.scope import Queues, Scope
from app.engine.step_type import LoopType


class Loops:
    """Keeps the loops that are going. `take` hears what came of a loop step as a whole."""

    def __init__(
        self,
        ledger: Ledger,
        queues: Queues,
        later: Later,
        limits: Limits,
        take: Callable[[Attempt, Result], None],
    ) -> None:
        self._ledger = ledger
        self._queues = queues
        self._later = later
        self._limits = limits
        self._take = take
        self._going: set[Loop] = set()
        self.is_stopped = False  # the run is ending: no further item begins

    def open(self, attempt: Attempt, kind: LoopType, body: Frame) -> None:
        """A loop step begins."""
        try:
            loop = Loop(attempt, kind, body, self._limits)
        except StepFailed as failure:
            self._take(attempt, failure)
            return
        self._going.add(loop)
        self._feed(loop)

    def settle(self, scope: Scope) -> None:
        """End the item when nothing of it is left, or nothing of a failed one is under way."""
        is_over = not scope.left or (scope.failure is not None and not scope.under_way)
        if scope.loop is None or scope.is_over or not is_over:
            return
        scope.is_over = True
        self._ledger.close(scope)
        scope.loop.took(scope)
        self._feed(scope.loop)

    def fail_item(self, scope: Scope, sentence: str) -> None:
        """A step failed for good: the item it worked for begins nothing more."""
        if scope.failure is None:
            scope.failure = sentence
            for attempt, failure in self._later.drop(scope):
                scope.under_way -= 1
                self._ledger.give_up(attempt, failure)
            for loop in [one for one in self._going if one.attempt.scope is scope]:
                loop.failure = loop.failure or sentence
                for inner in list(loop.open):
                    self.fail_item(inner, sentence)
        self.settle(scope)

    def close(self) -> None:
        """The run has ended: what is going on in loops ends as cancelled."""
        for loop in self._going:
            self._ledger.left(loop.attempt)
            for scope in loop.open:
                self._ledger.close(scope)

    def _feed(self, loop: Loop) -> None:
        """Begin as many items as may be under way, and end the loop when all is done."""
        if loop.is_feeding:
            return
        loop.is_feeding = True
        while loop.has_room and not self.is_stopped:
            scope = loop.open_next()
            self._queues.begin(scope)
            self.settle(scope)
        loop.is_feeding = False
        if loop.is_done:
            self._going.discard(loop)
            self._take(loop.attempt, _ended(loop))


def _ended(loop: Loop) -> Result:
    results, errors = loop.end()
    if loop.failure is not None:
        output = {"items": results, "errors": errors}
        return StepFailed(loop.failure, can_retry=False, output=output)
    return kept(lambda: loop.kind.gathered(loop.attempt.given or {}, results, errors))
