"""The room's pages, by what they are about."""

from app.versions import (
    description_routes,
    flow_routes,
    history_routes,
    publication_routes,
    text_routes,
)
from app.versions.blueprint import bp

__all__ = [
    "bp",
    "description_routes",
    "flow_routes",
    "history_routes",
    "publication_routes",
    "text_routes",
]
