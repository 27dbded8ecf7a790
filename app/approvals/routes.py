"""The room's pages, by what they are about."""

from app.approvals import answer_routes, inbox_routes
from app.approvals.blueprint import bp
from app.approvals.link_routes import bp as links_bp

__all__ = ["answer_routes", "bp", "inbox_routes", "links_bp"]
