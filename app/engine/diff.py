"""What is different between two flows, told to people who do not read graphs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from app.engine.check_alone import templates_in
from app.engine.diff_change import Change, Size, Turn
from app.engine.diff_drawn import drawn_changes
from app.engine.diff_links import Ways
from app.engine.diff_place import Place
from app.engine.diff_step import step_changes
from app.engine.graph import Graph, Step
from app.engine.keys import with_keys
from app.engine.problem import Known
from app.engine.step_type import StepType
from app.engine.words import listed
from app.lib import resolver

__all__ = ["Change", "Difference", "Size", "difference"]

TURNS: tuple[Turn, ...] = ("added", "changed", "removed")
_PASSING = "key_in_passing_"


@dataclass(frozen=True, slots=True)
class Difference:
    """Every change between two flows: what was added, then what changed, then what is gone.

    `marks` says it of steps for drawings: of both flows, by id.
    """

    changes: tuple[Change, ...]
    marks: Mapping[str, Turn]

    @property
    def size(self) -> Size:
        """The largest of the changes; FIX if there are none."""
        return max((change.size for change in self.changes), default=Size.FIX)

    @property
    def counts(self) -> str:
        """`2 added, 2 changed, 1 removed`."""
        numbers = {turn: sum(one.turn == turn for one in self.changes) for turn in TURNS}
        return ", ".join(f"{number:,} {turn}" for turn, number in numbers.items() if number)

    def with_more(self, more: tuple[Change, ...]) -> "Difference":
        """The same with further changes, each behind its like."""
        return Difference(_in_turn((*self.changes, *more)), self.marks)


def difference(
    before: Graph, after: Graph, catalogue: Mapping[str, StepType], *, known: Known
) -> Difference:
    """What is different in `after`. Where steps stand on the canvas does not count.

    `known` gives the names of connections, tables and agents that steps point to.
    """
    before = _with_keys_of(before, after)
    ways = Ways(before, after)
    changes: list[Change] = []
    marks: dict[str, Turn] = {}
    for step in after.order:
        place = Place(step, catalogue.get(step.type), known)
        old = before.find(step.id)
        if old is None:
            found = [_added(place, ways.around(step, after))]
            marks[step.id] = "added"
        else:
            found = [*step_changes(place, old, before, after), *ways.changes(place, old)]
            if found:
                marks[step.id] = "changed"
        changes += found
    gone = [step for step in before.order if after.find(step.id) is None]
    users = _users(before) if gone else {}
    for step in gone:
        place = Place(step, catalogue.get(step.type), known)
        changes.append(_removed(place, users.get(step.key, []), after))
        marks[step.id] = "removed"
    changes += drawn_changes(before, after)
    return Difference(_in_turn(tuple(changes)), marks)


def _in_turn(changes: tuple[Change, ...]) -> tuple[Change, ...]:
    return tuple(sorted(changes, key=lambda one: TURNS.index(one.turn)))


def _added(place: Place, around: str) -> Change:
    step, kind = place.step, place.kind
    does = kind.does(step.fields) if kind else "has a step that is not known here"
    off = " It is switched off." if step.disabled else ""
    why = f"New step “{step.name}”{around}.{off}"
    return place.tell(f"Now also {does}", turn="added", why=why, size=Size.FEATURE)


def _removed(place: Place, users: Sequence[Step], after: Graph) -> Change:
    step, kind = place.step, place.kind
    does = kind.does(step.fields) if kind else f"does what “{step.name}” did"
    left = [f"“{one.name}”" for one in users if after.find(one.id) is not None]
    used = f"{listed(left)} used it." if left else "No other step used it."
    size = Size.BREAKING if place.begins or place.answers else Size.FEATURE
    why = f"The step “{step.name}” is gone. {used}"
    return place.tell(f"No longer {does}", turn="removed", why=why, size=size)


def _users(graph: Graph) -> dict[str, list[Step]]:
    """The steps whose settings name the result of a step, by its key."""
    found: dict[str, list[Step]] = {}
    for step in graph.order:
        paths = (
            path.parts
            for template in templates_in(dict(step.fields))
            for path in resolver.names_used(template)
        )
        keys = (str(one[1]) for one in paths if one[0] == "steps" and len(one) > 1)
        for key in dict.fromkeys(keys):
            found.setdefault(key, []).append(step)
    return found


def _with_keys_of(before: Graph, after: Graph) -> Graph:
    """The earlier flow with references spelled as in the later one: a rename is one change."""
    keys = {
        old.key: new.key
        for old in before.steps
        if (new := after.find(old.id)) is not None and new.key != old.key
    }
    if not keys:
        return before
    passing = {old: f"{_PASSING}{at}" for at, old in enumerate(keys)}
    final = {passing[old]: new for old, new in keys.items()}
    steps = (with_keys(with_keys(step, passing), final) for step in before.steps)
    return replace(before, steps=tuple(steps))
