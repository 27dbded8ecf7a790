"""The room's routes, by what they are about."""

from app.connection_pages import connection_routes, list_routes, service_routes
from app.connection_pages.blueprint import bp

__all__ = ["bp", "connection_routes", "list_routes", "service_routes"]
