"""The room's blueprint, on which each file of routes puts its own."""

from flask import Blueprint

from app.agents.addresses import stay_here

bp = Blueprint("editor", __name__)
bp.url_defaults(stay_here)
