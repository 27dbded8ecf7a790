"""Which steps ask a language model."""

from collections.abc import Iterator

from app.engine.field_model import ModelPick
from app.engine.graph import Graph, Step
from app.nodes.catalogue import CATALOGUE

CALLS = "run_agent"
_THINKING = frozenset(
    name
    for name, kind in CATALOGUE.items()
    if any(isinstance(field, ModelPick) for field in kind.fields.values())
)


def asks_models(graph: Graph) -> bool:
    """Whether a step of this flow may ask a language model."""
    return any(True for _ in thinking_steps(graph))


def may_spend(graph: Graph) -> bool:
    """Whether a run of this flow may ask a model, or call an agent that does."""
    return asks_models(graph) or any(step.type == CALLS for step in graph.steps)


def thinking_steps(graph: Graph) -> Iterator[Step]:
    """The steps that may ask a language model."""
    return (step for step in graph.steps if step.type in _THINKING and not step.disabled)
