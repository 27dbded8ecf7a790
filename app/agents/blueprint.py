"""The room's blueprint; addresses of pages about one agent stay at that agent."""

from flask import Blueprint

from app.agents.addresses import stay_here

bp = Blueprint("agents", __name__)
bp.url_defaults(stay_here)
