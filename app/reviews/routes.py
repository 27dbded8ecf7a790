"""The room's pages, by what they are about."""

from app.reviews import (
    ask_routes,
    comment_routes,
    list_routes,
    rehearsal_routes,
    review_routes,
    rule_routes,
)
from app.reviews.blueprint import bp

__all__ = [
    "ask_routes",
    "bp",
    "comment_routes",
    "list_routes",
    "rehearsal_routes",
    "review_routes",
    "rule_routes",
]
