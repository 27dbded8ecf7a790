"""What each kind of step does, for those who build: read from the step files themselves."""

from flask import Response, abort, request

from app.editor.blueprint import bp
from app.editor.palette import MAX_SEARCH_CHARS, found_by, paragraphs
from app.nodes.catalogue import CATALOGUE, by_group
from app.web.access import requires
from app.web.pages import page


@bp.get("/w/<workspace_slug>/steps")
@requires("agents.read")
def kinds() -> Response:
    """Every kind of step, under its heading."""
    words = request.args.get("q", "").strip()[:MAX_SEARCH_CHARS]
    return page("editor/kinds.html", groups=found_by(words, by_group()), words=words)


@bp.get("/w/<workspace_slug>/steps/<kind>")
@requires("agents.read")
def kind(kind: str) -> Response:
    """One kind of step: its help, settings, ways out, and what later steps can use."""
    step_type = CATALOGUE.get(kind)
    if step_type is None:
        abort(404)
    return page(
        "editor/kind.html",
        kind=step_type,
        help=paragraphs(step_type),
        ways=step_type.ports_out(step_type.initial_fields()),
    )
