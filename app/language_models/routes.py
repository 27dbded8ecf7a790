"""Every page of this room: importing this registers their routes with the blueprint."""

from app.language_models import cost_routes, list_routes, model_routes, provider_routes
from app.language_models.blueprint import bp

__all__ = ["bp", "cost_routes", "list_routes", "model_routes", "provider_routes"]
