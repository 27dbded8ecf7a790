"""The way from a flow to the page that shows it: fills a port of the editor."""

from flask import url_for

from app.engine.graph import Graph
from app.simple_agents import shape


def of_flow(graph: Graph) -> str | None:
    """The address of the page, for the agent of this request; None for a flow it cannot show."""
    return url_for("simple_agents.show") if shape.read(graph) else None
