"""A loop at work: which items are under way, what came of the others."""

from app.engine.attempt import Attempt
from app.engine.errors import StepFailed
from app.engine.outcome import Limits
from app.engine.plan import Frame
from app.engine.scope import Scope
from app.engine.step_type import LoopType
from app.engine.values import Json


class Loop:
    """One activation of a loop step; the coordinator feeds it and takes its items' ends."""

    def __init__(self, attempt: Attempt, kind: LoopType, body: Frame, limits: Limits) -> None:
        given = attempt.given or {}
        self.attempt = attempt
        self.body = body
        self.kind = kind
        self.items = kind.items(given)
        if len(self.items) > limits.max_items:
            raise StepFailed(
                f"The list has {len(self.items):,} items; a loop goes through "
                f"{limits.max_items:,} at most. Take a part of it first.",
                can_retry=False,
            )
        self.at_once = max(1, kind.at_once(given))
        self.goes_on = kind.goes_on(given)
        self.open: set[Scope] = set()
        self.results: dict[int, Json] = {}
        self.errors: dict[int, Json] = {}
        self.failure: str | None = None
        self.is_feeding = False
        self._next = 0

    @property
    def has_room(self) -> bool:
        """Whether the next item may begin."""
        return (
            self.failure is None and self._next < len(self.items) and len(self.open) < self.at_once
        )

    @property
    def is_done(self) -> bool:
        """Whether nothing is under way and nothing more will be."""
        return not self.open and (self.failure is not None or self._next == len(self.items))

    def open_next(self) -> Scope:
        """Begin the next item."""
        number = self._next
        self._next += 1
        scope = self.attempt.scope.inside(self, self.body, number, self.items[number])
        self.open.add(scope)
        return scope

    def took(self, scope: Scope) -> None:
        """An item has ended, well or badly."""
        self.open.discard(scope)
        failure = scope.failure
        if failure is None:
            try:
                self.results[scope.number] = self._result(scope)
                return
            except StepFailed as refused:
                failure = refused.sentence
        if self.goes_on:
            item = self.items[scope.number]
            self.errors[scope.number] = {"index": scope.number, "item": item, "error": failure}
        elif self.failure is None:
            self.failure = f"Item {scope.number + 1} of {len(self.items):,}: {failure}"

    def end(self) -> "tuple[list[Json], list[Json]]":
        """Results and errors, each in the order of the items."""
        return (
            [self.results[number] for number in sorted(self.results)],
            [self.errors[number] for number in sorted(self.errors)],
        )

    def _result(self, scope: Scope) -> Json:
        """What the setting for it says, else what the last step of the item gave."""
        planned = self.attempt.planned
        for name, value in planned.settings.fill_inner(scope.roots).items():
            if planned.step.fields.get(name) not in ("", None):
                return value
        for place in reversed(scope.frame.places):
            if place in scope.gave:
                return scope.gave[place]
        return None
