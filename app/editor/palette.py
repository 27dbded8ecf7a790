"""The kinds of steps that a person can choose from at one place, and the search among them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from app.agents.outline import Card, Outline, WayOut
from app.engine import edit
from app.engine.check_place import comes_once, loops_around
from app.engine.plan import MAX_LOOPS_DEEP
from app.engine.step_type import StepType
from app.nodes.catalogue import CATALOGUE, by_group

MAX_SEARCH_CHARS = 80
Groups: TypeAlias = Sequence[tuple[str, tuple[StepType, ...]]]


@dataclass(frozen=True, slots=True)
class AddingPlace:
    """Where a new step would go: on a way out of `card`, as the first inside `loop`, or alone.

    `is_start`: one more way to start is asked for, before everything.
    """

    card: Card | None = None
    way: WayOut | None = None
    loop: Card | None = None
    is_start: bool = False


def adding_place(
    shown: Outline, *, add: str, after: str | None, port: str | None, inside: str, first: bool
) -> AddingPlace:
    """The place that an address names; without one, the last way out that leads nowhere."""
    if add == "start":
        return AddingPlace(is_start=True)
    loop = shown.card(inside)
    if loop is not None and (first or not loop.inside):
        return AddingPlace(loop=loop)
    end = edit.open_end(shown.graph, loop.step.id if loop else None, CATALOGUE)
    if loop is not None and end is None:
        return AddingPlace(loop=loop)
    step_id, way_out = end or ("", "")
    card = shown.card(step_id if after is None or loop is not None else after)
    if card is None:
        return AddingPlace()
    wanted = way_out if port is None else port
    return AddingPlace(card, next((way for way in card.ways_out if way.port == wanted), None))


def kinds_for(shown: Outline, place: AddingPlace) -> Groups:
    """What fits there: starts before everything, loops where they do not go too deep."""
    starts = {card.step.type for card in shown.starts}
    around = place.loop.step if place.loop else place.card.step if place.card else None
    depth = 0
    if around is not None:
        depth = len(loops_around(shown.graph, around)) + (place.loop is not None)

    def fits(kind: StepType) -> bool:
        if kind.is_start:
            asked_for = place.is_start or not starts
            return asked_for and not (kind.type in starts and comes_once(kind))
        if place.is_start:
            return False
        return not kind.is_loop or depth < MAX_LOOPS_DEEP

    return _those(by_group(), fits)


def found_by(words: str, groups: Groups) -> Groups:
    """The kinds that have all of the words somewhere in their name, heading or help."""
    wanted = _plain(words).split()
    return _those(groups, lambda kind: all(one in searched(kind) for one in wanted))


def searched(kind: StepType) -> str:
    """What a search looks at; `e-mail` is found as `email`, too."""
    return _plain(f"{kind.title} {kind.group} {kind.type} {' '.join(kind.help().split())}")


def paragraphs(kind: StepType) -> list[list[tuple[str, bool]]]:
    """The help as paragraphs of (text, whether it is code) pieces."""
    return [
        [
            (piece, bool(number % 2))
            for number, piece in enumerate(" ".join(one.split()).split("`"))
            if piece
        ]
        for one in kind.help().split("\n\n")
    ]


def _plain(words: str) -> str:
    return words.casefold().replace("-", "")


def _those(groups: Groups, fits: Callable[[StepType], bool]) -> Groups:
    kept = ((group, tuple(one for one in kinds if fits(one))) for group, kinds in groups)
    return tuple((group, kinds) for group, kinds in kept if kinds)
