"""The lists of reviews: those that wait for this person, those they asked for, all, closed ones."""

import uuid

from flask import Response, abort, g, request

from app.reviews import directory
from app.reviews.blueprint import bp
from app.reviews.directory import Shelf
from app.web.access import requires
from app.web.pages import page
from app.web.transactions import session

MAX_WORDS = 80


@bp.get("/w/<workspace_slug>/reviews")
@requires("agents.read")
def index() -> Response:
    """One shelf, `?show=mine|asked|open|closed`; `?q=` narrows it."""
    words = request.args.get("q", "").strip()[:MAX_WORDS]
    shelf = request.args.get("show", default=Shelf.MINE, type=Shelf)
    older_than = _older_than()
    found = directory.list_page(session(), g.member, shelf, words=words, older_than=older_than)
    return page(
        "reviews/index.html",
        found=found,
        shelf=shelf,
        shelves=Shelf,
        words=words,
        is_first=older_than is None,
    )


def _older_than() -> uuid.UUID | None:
    typed = request.args.get("older_than")
    try:
        return uuid.UUID(typed) if typed else None
    except ValueError:
        abort(404)
