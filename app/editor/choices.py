"""Where a way out of a step may lead, and where a new step goes when nobody says."""

from app.agents.outline import Outline
from app.engine.graph import Graph, Step
from app.nodes.catalogue import CATALOGUE

# Beyond this many steps a card names where it leads; choosing is done in its panel, because a
# list of all steps on every card would make the page grow with the square of the steps.
MAX_STEPS_WITH_CHOICES = 60


def on_every_card(graph: Graph) -> bool:
    """Whether the cards themselves offer where to go."""
    return len(graph.steps) <= MAX_STEPS_WITH_CHOICES


def next_steps(graph: Graph, step: Step) -> tuple[Step, ...]:
    """Steps that may come next: beside this one, not before it, and no start."""
    before = graph.before(step.id)
    return tuple(
        one
        for one in graph.order
        if one.id != step.id
        and one.id not in before
        and one.parent == step.parent
        and not (one.type in CATALOGUE and CATALOGUE[one.type].is_start)
    )


def open_end(outline: Outline) -> tuple[str, str] | None:
    """The last way out in reading order that leads nowhere: (step id, port)."""
    for card in reversed(outline.cards):
        for way in reversed(card.ways_out):
            if not way.targets and not way.is_error:
                return card.step.id, way.port
    return None
