"""Every page of this room: importing this registers their routes with the blueprint."""

from app.batch_results import file_routes, table_routes
from app.batch_results.blueprint import bp

__all__ = ["bp", "file_routes", "table_routes"]
