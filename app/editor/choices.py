"""Where a way out of a step may lead, and which loops a step may go into."""

from collections.abc import Mapping

from app.agents.outline import Card, Outline
from app.engine.graph import Graph, Step
from app.engine.plan import MAX_LOOPS_DEEP
from app.nodes.catalogue import CATALOGUE

# Beyond this many entries in all lists a card names where it leads; choosing is done in its
# panel, because a list of all steps for every way out would make the page grow with the square
# of the steps.
MAX_CHOICES = 3_600
MAX_LOOPS_OFFERED = 5


def on_every_card(shown: Outline) -> bool:
    """Whether the cards themselves offer where to go."""
    ways = sum(len(card.ways_out) for card in shown.by_id.values())
    return ways * len(shown.by_id) <= MAX_CHOICES


def next_steps(graph: Graph, step: Step) -> tuple[Step, ...]:
    """Steps that may come next: beside this one, not before it, and no start."""
    before = graph.before(step.id)
    return tuple(
        one
        for one in graph.order
        if one.parent == step.parent
        and one.id != step.id
        and one.id not in before
        and not (one.type in CATALOGUE and CATALOGUE[one.type].is_start)
    )


def loops_by_frame(shown: Outline) -> dict[str | None, tuple[Card, ...]]:
    """The loops of the flow, by the step that they themselves are inside of."""
    found: dict[str | None, tuple[Card, ...]] = {}
    for card in shown.by_id.values():
        if card.is_loop:
            beside = found.get(card.step.parent, ())
            found[card.step.parent] = (*beside, card)
    return found


def loops_beside(loops: Mapping[str | None, tuple[Card, ...]], card: Card) -> tuple[Card, ...]:
    """The loops next to a step, into which it may go; the first few of many."""
    beside = loops.get(card.step.parent, ())
    if card.is_start or not beside:
        return ()
    if card.is_frame and card.number.count(".") + _levels(card) >= MAX_LOOPS_DEEP:
        return ()
    return tuple(one for one in beside if one is not card)[:MAX_LOOPS_OFFERED]


def _levels(card: Card) -> int:
    """How many loops deep a card goes, itself included."""
    return card.is_frame + max((_levels(one) for one in card.inside), default=0)
