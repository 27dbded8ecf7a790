"""The room's pages, by what they are about."""

from app.trials import sample_routes, trial_routes, value_routes
from app.trials.blueprint import bp

__all__ = ["bp", "sample_routes", "trial_routes", "value_routes"]
