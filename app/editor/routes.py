"""The room's pages, by what they are about."""

from app.editor import (
    canvas_routes,
    draft_routes,
    follow_routes,
    kind_routes,
    panel_routes,
    presence_routes,
    step_routes,
)
from app.editor.blueprint import bp

__all__ = [
    "bp",
    "canvas_routes",
    "draft_routes",
    "follow_routes",
    "kind_routes",
    "panel_routes",
    "presence_routes",
    "step_routes",
]
