"""A composed flow in the words of an agent's description."""

from app.composing.around import known_of
from app.composing.wishes import Surroundings
from app.engine.describe import described
from app.engine.graph import Graph
from app.engine.reach_card import reach_of
from app.nodes.catalogue import CATALOGUE


def tech_spec(graph: Graph, around: Surroundings, base: Graph | None = None) -> str:
    """What sets it off, does, touches and answers, as Markdown.

    What other agents touch that it runs is not known here.
    """
    known = known_of(around, base, graph)
    reach = reach_of(graph, CATALOGUE, known=known, called=lambda agent: None)
    return described(graph, CATALOGUE, known=known, reach=reach)
