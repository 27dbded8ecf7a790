"""The room's pages, by what they are about."""

from app.replays import again_routes, comparison_routes, record_routes, together_routes
from app.replays.blueprint import bp

__all__ = ["again_routes", "bp", "comparison_routes", "record_routes", "together_routes"]
