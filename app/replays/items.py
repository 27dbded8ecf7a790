"""Which items of a loop a new run keeps: what is finished is not run again."""

import enum
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from app.engine.graph import Graph, Step
from app.engine.step_type import LoopType
from app.engine.values import Json
from app.nodes.catalogue import CATALOGUE
from app.replays.missing import Missing, missing_in
from app.replays.needed import Needed, references
from app.replays.progress import Progress, progress_of, values_inside
from app.runs.models import Run
from app.vault.keys import Keyring

_OF_ITEMS = ("item", "index")


class WhyNot(enum.StrEnum):
    """Why no item of a loop is kept."""

    WANTED = "wanted"  # whoever begins the run wants it so
    BEHIND = "behind"  # what the loop works with is made anew
    LIST = "list"  # it may go through another list now
    INSIDE = "inside"  # the steps inside are not those of then
    HIDDEN = "hidden"  # what it goes through is typed in, and may be something else


@dataclass(frozen=True, kw_only=True)
class Items:
    """What becomes of the items of a loop that an earlier run had begun.

    Kept are the steps that were done for an item, also for one that failed later on.
    """

    progress: Progress
    why_not: WhyNot | None
    missing: tuple[Missing, ...] = ()

    @property
    def loop(self) -> Step:
        """The loop."""
        return self.progress.loop

    @property
    def are_kept(self) -> bool:
        """Whether what is finished stays."""
        return self.why_not is None

    @property
    def finished(self) -> int:
        """How many had gone through to their end."""
        return len(self.progress.finished)

    @property
    def unfinished(self) -> int:
        """How many had begun and not ended well."""
        return len(self.progress.begun) - self.finished


@dataclass(frozen=True, kw_only=True)
class Change:
    """The flow of then and the one a new run takes, with what that keeps and asks for so far.

    `ahead` are the steps that may still run, `behind` the ids of those that run once more.
    """

    old: Graph
    new: Graph
    kept: frozenset[str]
    behind: frozenset[str]
    ahead: Sequence[Step]
    missing: Sequence[Missing]
    all_again: bool = False


def items_of(
    session: Session, keyring: Keyring, run: Run, loop: Step, change: Change
) -> Items | None:
    """What becomes of the items of this loop, which is in no other; None if none had begun."""
    progress = progress_of(session, run, change.old, loop)
    if not progress.begun:
        return None
    why_not = _why_not(loop, change)
    if why_not is not None:
        return Items(progress=progress, why_not=why_not)
    missing = tuple(_missing(session, keyring, run, progress, change))
    lists = _needed_by_lists(loop, change.new)
    if any(lists.has(one) for one in missing):
        return Items(progress=progress, why_not=WhyNot.HIDDEN)
    return Items(progress=progress, why_not=None, missing=missing)


def _why_not(loop: Step, change: Change) -> WhyNot | None:
    if change.all_again:
        return WhyNot.WANTED
    if loop.id in change.behind:
        return WhyNot.BEHIND
    if _shape(change.old, loop) != _shape(change.new, loop):
        return WhyNot.INSIDE
    if not all(_has_same_list(one, change) for one in _loops(change.new, loop)):
        return WhyNot.LIST
    lists = _needed_by_lists(loop, change.new)
    return WhyNot.HIDDEN if any(lists.has(one) for one in change.missing) else None


def _shape(graph: Graph, loop: Step) -> object:
    """The steps inside a loop and the ways between them, whatever their settings are."""
    steps = graph.deep_inside(loop.id)
    return (
        {(step.id, step.type, step.parent, step.disabled) for step in steps},
        {
            (link.source, link.source_port, link.target)
            for step in steps
            for link in graph.links_from(step.id)
        },
    )


def _loops(graph: Graph, loop: Step) -> Iterator[Step]:
    """The loop as this flow has it, and those inside."""
    yield graph.step(loop.id)
    yield from (one for one in graph.deep_inside(loop.id) if _kind(one) is not None)


def _has_same_list(loop: Step, change: Change) -> bool:
    """Whether the loop goes through the very list of then, as far as the flow tells."""
    now = _list_of(loop)
    if now != _list_of(change.old.step(loop.id)):
        return False
    by_key = {step.key: step for step in change.new.steps}
    for path in references(now):
        root, step = path[0], by_key.get(path[1]) if len(path) > 1 else None
        if root in _OF_ITEMS:
            continue
        if root == "trigger" or (step is not None and _is_start(step)):
            if not _has_same_starts(change):
                return False
        elif root != "steps" or step is None:
            return False  # variables, and the time of day, are what they are now
        elif step.id not in change.kept and step.parent is None:
            return False
    return True


def _has_same_starts(change: Change) -> bool:
    old, new = (
        {step.id: dict(step.fields) for step in graph.steps if _is_start(step)}
        for graph in (change.old, change.new)
    )
    return old == new


def _needed_by_lists(loop: Step, graph: Graph) -> Needed:
    lists = [_list_of(one) for one in _loops(graph, loop)]
    return Needed(graph, (), also=[path for one in lists for path in references(one)])


def _missing(
    session: Session, keyring: Keyring, run: Run, progress: Progress, change: Change
) -> Iterator[Missing]:
    """What is asked for of the values that the kept steps gave, item by item."""
    graph, loop = change.new, change.new.step(progress.loop.id)
    inside = graph.deep_inside(loop.id)
    for_results = Needed(graph, (), also=_results(loop))
    for_steps = Needed(graph, inside)
    wants_results = _wants_results(loop, change)
    steps = [step.id for step in inside]
    for spot, value, is_exact in values_inside(session, keyring, run, steps):
        if is_exact or progress.is_settled(spot):
            continue
        step_id, path = spot
        is_finished = int(path.split(".")[0]) in progress.finished
        if is_finished and not wants_results:
            continue
        is_inner = "." in path
        is_result = progress.is_result(spot) and not _has_results(graph, step_id)
        name = f"{loop.name} › item {_counted(path)} › {graph.step(step_id).name}"
        for one in missing_in(value, step_id=step_id, name=name):
            is_used = for_results.has(one) or (not is_finished and for_steps.has(one))
            if is_used or (is_result and (wants_results or is_inner)):
                yield replace(one, iteration=path)


def _wants_results(loop: Step, change: Change) -> bool:
    """Whether a step ahead uses what the items gave, not only how many there are."""
    kind = _kind(loop)
    place = Missing(loop.id, "", (kind.gives_as,) if kind else (), "")
    return Needed(change.new, change.ahead).has(place)


def _results(loop: Step) -> Iterable[tuple[str, ...]]:
    """What the loop's own words for the result of an item refer to."""
    return [path for value in _inner_fields(loop) for path in references(value)]


def _has_results(graph: Graph, step_id: str) -> bool:
    """Whether the loop around the step says itself what each item gives."""
    parent = graph.step(step_id).parent
    return parent is not None and any(_inner_fields(graph.step(parent)))


def _inner_fields(loop: Step) -> list[Json]:
    kind = _kind(loop)
    names = [name for name, field in kind.fields.items() if field.inner] if kind else []
    return [value for name in names if (value := loop.fields.get(name)) not in ("", None)]


def _list_of(loop: Step) -> Json:
    kind = _kind(loop)
    return loop.fields.get(kind.goes_through) if kind is not None else None


def _kind(step: Step) -> LoopType | None:
    kind = CATALOGUE.get(step.type)
    return kind if isinstance(kind, LoopType) else None


def _is_start(step: Step) -> bool:
    kind = CATALOGUE.get(step.type)
    return kind is not None and kind.is_start


def _counted(path: str) -> str:
    """The item as people count, from 1: the path '2.0' is item 3.1."""
    return ".".join(str(int(number) + 1) for number in path.split("."))
