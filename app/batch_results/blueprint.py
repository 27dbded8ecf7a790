"""The pages on which the results of a batch are taken: their blueprint."""

from flask import Blueprint

from app.agents.addresses import stay_here

bp = Blueprint("batch_results", __name__)
bp.url_defaults(stay_here)
