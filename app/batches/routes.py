"""Every page of this room: importing this registers their routes with the blueprint."""

from app.batches import begin_routes, list_routes, page_routes, work_routes
from app.batches.blueprint import bp

__all__ = ["begin_routes", "bp", "list_routes", "page_routes", "work_routes"]
