"""Every page of this room: importing this registers their routes with the blueprint."""

from app.table_files import import_routes, upload_routes
from app.table_files.blueprint import bp

__all__ = ["bp", "import_routes", "upload_routes"]
