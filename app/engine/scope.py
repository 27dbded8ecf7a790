"""One pass through a frame: which steps may begin, which are passed by, and what they gave."""

from collections import deque
from typing import TYPE_CHECKING, Any, TypeAlias

from app.engine.plan import Frame, Plan
from app.engine.values import Json

if TYPE_CHECKING:
    from app.engine.loop import Loop


class Scope:
    """The whole flow once, or the body of a loop for one item.

    A step may begin when all links to it are decided and at least one was taken; one that
    gathers may ask for all of them, or begin at the first. When all are decided and none was
    taken, it is passed by, and so on down its own links.

    `path` is '' for the whole flow, else as in '2.0.5'. `roots` is what references begin with,
    `steps` (one of them) the values by key, `gave` those of this pass by place. `came` are the
    places that have come to a step that gathers. Without `goes_on` nothing follows a step.
    `left` counts steps without an end, `under_way`
    those of them that have begun.
    """

    __slots__ = (
        "_open",
        "_plan",
        "_taken",
        "came",
        "ended",
        "failure",
        "frame",
        "gave",
        "goes_on",
        "is_over",
        "left",
        "loop",
        "number",
        "path",
        "roots",
        "steps",
        "under_way",
    )

    def __init__(
        self,
        plan: Plan,
        frame: Frame,
        *,
        path: str = "",
        loop: "Loop | None" = None,
        number: int = 0,
        roots: dict[str, Any] | None = None,
    ) -> None:
        self._plan = plan
        self._open = {place: plan.steps[place].incoming for place in frame.places}
        self._taken = dict.fromkeys(frame.places, 0)
        self.frame = frame
        self.path = path
        self.loop = loop
        self.number = number
        self.roots: dict[str, Any] = roots if roots is not None else {}
        self.steps: dict[str, Any] = dict(self.roots.get("steps", {}))
        self.roots["steps"] = self.steps
        self.gave: dict[int, Json] = {}
        self.came: dict[int, list[int]] = {}
        self.ended: set[int] = set()
        self.left = len(frame.places)
        self.under_way = 0
        self.failure: str | None = None
        self.is_over = False
        self.goes_on = True

    def inside(self, loop: "Loop", frame: Frame, number: int, item: Json) -> "Scope":
        """A pass through the body of a loop in this scope, for one item."""
        path = f"{self.path}.{number}" if self.path else str(number)
        roots = {**self.roots, "item": item, "index": number}
        return Scope(self._plan, frame, path=path, loop=loop, number=number, roots=roots)

    def leave(self, place: int, port: str | None, queues: "Queues") -> None:
        """A step has ended and leaves by `port`; None takes no way at all."""
        self.left -= 1
        if not self.goes_on:
            return
        for way, target in self._plan.steps[place].onward:
            is_taken = way == port
            self._open[target] -= 1
            self._taken[target] += is_taken
            planned = self._plan.steps[target]
            join = planned.join
            is_late = join == "first" and self._taken[target] > 1
            if is_taken and planned.type.gathers and not is_late:
                self.came.setdefault(target, []).append(place)
            if join == "first" and is_taken:
                if is_late:
                    queues.late.append((self, target, place))
                else:
                    queues.ready.append((self, target))
            elif not self._open[target]:
                self._decide(target, join, queues)

    def _decide(self, target: int, join: str, queues: "Queues") -> None:
        taken = self._taken[target]
        if join == "first" and taken:
            return
        enough = taken == self._plan.steps[target].incoming if join == "all" else taken > 0
        (queues.ready if enough else queues.skipped).append((self, target))


Spot: TypeAlias = tuple[Scope, int]


class Queues:
    """What the coordinator does next: steps to begin, to pass by, and arrivals to ignore."""

    __slots__ = ("late", "ready", "skipped")

    def __init__(self) -> None:
        self.ready: deque[Spot] = deque()
        self.skipped: deque[Spot] = deque()
        self.late: deque[tuple[Scope, int, int]] = deque()

    def begin_at(self, scope: Scope, start: int) -> None:
        """Begin the whole flow at one start; other steps that nothing leads to are passed by."""
        self.ready.append((scope, start))
        self.skipped.extend((scope, place) for place in scope.frame.entries if place != start)

    def begin(self, scope: Scope) -> None:
        """Begin a pass through the body of a loop."""
        self.ready.extend((scope, place) for place in scope.frame.entries)
