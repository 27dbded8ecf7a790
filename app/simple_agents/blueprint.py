"""The room's blueprint: addresses below an agent are built without repeating where one is."""

from flask import Blueprint

from app.agents.addresses import stay_here
from app.web.markdown import markdown

bp = Blueprint("simple_agents", __name__)
bp.url_defaults(stay_here)
bp.add_app_template_filter(markdown, "markdown")
