"""The room's blueprint: addresses below an agent are built without repeating where one is."""

from flask import Blueprint

from app.agents.addresses import stay_here

STEP = "/w/<workspace_slug>/agents/<agent_slug>/steps/<step_id>"

bp = Blueprint("trials", __name__)
bp.url_defaults(stay_here)
