"""The room's pages, by what they are about."""

from app.runs import canvas_routes, run_routes, start_routes, step_routes
from app.runs.blueprint import bp

__all__ = ["bp", "canvas_routes", "run_routes", "start_routes", "step_routes"]
