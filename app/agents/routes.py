"""The addresses of this room, one module for each kind of page."""

from app.agents import agent_routes, editor_routes, version_routes
from app.agents.blueprint import bp

__all__ = ["agent_routes", "bp", "editor_routes", "version_routes"]
