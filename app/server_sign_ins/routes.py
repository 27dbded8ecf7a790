"""The room's routes, by what they are about."""

from app.server_sign_ins import begin_routes, document_routes, finish_routes
from app.server_sign_ins.blueprint import bp

__all__ = ["begin_routes", "bp", "document_routes", "finish_routes"]
