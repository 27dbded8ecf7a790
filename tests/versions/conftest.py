"""The room's fixtures: an agent that is there, and Ben who publishes it."""

from tests.agents.greeter import agent, ben, browser, draft_graph, revision

__all__ = ["agent", "ben", "browser", "draft_graph", "revision"]
