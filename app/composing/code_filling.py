"""Formulas and code, written from the plain words that a step has for them."""

from app.composing.wishes import Wish
from app.engine.graph import Graph
from app.engine.model_port import ModelPort
from app.engine.sandbox_port import SandboxPort


def filled(
    graph: Graph,
    wish: Wish,
    models: ModelPort,
    model: str,
    *,
    is_practice: bool,
    sandbox: SandboxPort | None,
) -> Graph:
    """The flow with what could be written."""
    return graph
