"""The one door: what a person wants is understood, a flow is proposed, its code filled in."""

from app.composing.wishes import Proposal, Understood, Wish
from app.engine.edit import add_start
from app.engine.graph import Graph
from app.engine.model_port import ModelPort
from app.nodes.catalogue import CATALOGUE


def understand(wish: Wish, models: ModelPort, model: str, *, is_practice: bool) -> Understood:
    """What is wanted in other words, and what has to be asked first. Raises ModelFailed."""
    return Understood(summary=wish.said[-1] if wish.said else "", questions=())


def propose(wish: Wish, models: ModelPort, model: str, *, is_practice: bool) -> Proposal:
    """A flow that does what is wanted, or the existing one changed. Raises ModelFailed."""
    graph = wish.base or add_start(Graph.empty(), CATALOGUE["start_form"])[0]
    return Proposal("New agent", "", "", graph, "", (), by_patterns=is_practice)


def fill_in_code(
    graph: Graph, wish: Wish, models: ModelPort, model: str, *, is_practice: bool
) -> Graph:
    """The flow with formulas and code in the steps that only said in words what they shall do."""
    return graph
