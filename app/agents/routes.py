"""The room's pages, by what they are about."""

from app.agents import agent_routes, settings_routes
from app.agents.blueprint import bp

__all__ = ["agent_routes", "bp", "settings_routes"]
