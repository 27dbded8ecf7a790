"""The blueprint that the room's pages hang on, and the review that an address names."""

import uuid

from flask import Blueprint, abort, g

from app.agents.addresses import stay_here
from app.reviews import directory
from app.reviews.models import Review
from app.web.transactions import session

bp = Blueprint("reviews", __name__)
bp.url_defaults(stay_here)

REVIEW = "/w/<workspace_slug>/reviews/<uuid:review_id>"


def review_here(review_id: uuid.UUID) -> Review:
    """The review of this workspace with this id; its agent is kept as `g.agent` for addresses."""
    review = directory.by_id(session(), g.workspace, review_id)
    if review is None:
        abort(404)
    g.agent = review.agent
    return review
