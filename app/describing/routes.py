"""The room's pages, by what they are about."""

from app.describing import apply_routes, describe_routes, rehearsal_routes
from app.describing.blueprint import bp

__all__ = ["apply_routes", "bp", "describe_routes", "rehearsal_routes"]
