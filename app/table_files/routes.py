"""Every page of this room: importing this registers their routes with the blueprint."""

from app.table_files import export_routes, import_routes, upload_routes
from app.table_files.blueprint import bp

__all__ = ["bp", "export_routes", "import_routes", "upload_routes"]
