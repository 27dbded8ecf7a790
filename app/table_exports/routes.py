"""Every page of this room: importing this registers their routes with the blueprint."""

from app.table_exports import export_routes
from app.table_exports.blueprint import bp

__all__ = ["bp", "export_routes"]
