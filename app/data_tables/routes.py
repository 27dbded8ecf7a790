"""Every page of this room: importing this registers their routes with the blueprint."""

from app.data_tables import column_routes, row_routes, table_routes
from app.data_tables.blueprint import bp

__all__ = ["bp", "column_routes", "row_routes", "table_routes"]
