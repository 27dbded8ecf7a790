"""The room's pages, by what they are about."""

from app.editor import kind_routes, step_routes
from app.editor.blueprint import bp

__all__ = ["bp", "kind_routes", "step_routes"]
