"""The room's fixtures: an agent that is there."""

from tests.agents.greeter import agent, browser, draft_graph, revision

__all__ = ["agent", "browser", "draft_graph", "revision"]
