"""Changes of a flow that is there, by simple rules."""

from app.composing.patterns.heard import Heard
from app.composing.wishes import Surroundings
from app.engine.graph import Graph


def edited(base: Graph, heard: Heard, around: Surroundings) -> tuple[Graph, list[str]]:
    """The changed flow, and what was done in sentences."""
    return base, []
