"""Two runs side by side, and the choice of the second one."""

import uuid

from flask import Response, abort, request

from app.replays import comparison
from app.replays.blueprint import bp
from app.runs.models import Run
from app.runs.scope import run_here
from app.web.access import requires
from app.web.pages import page
from app.web.transactions import session


@bp.get("/w/<workspace_slug>/runs/<uuid:run_id>/comparison")
@requires("runs.read")
def compare(run_id: uuid.UUID) -> Response:
    """This run beside another of its agent: the one that `?with=` names, or a likely one."""
    run = run_here(run_id)
    other = _other(run)
    return page(
        "replays/comparison.html",
        run=run,
        other=other,
        comparison=comparison.compare(session(), other, run) if other else None,
        others=comparison.others(session(), run),
    )


def _other(run: Run) -> Run | None:
    typed = request.args.get("with")
    try:
        wanted = uuid.UUID(typed) if typed else comparison.likely_other(session(), run)
    except ValueError:
        abort(404)
    if wanted is None:
        return None
    other = run_here(wanted)
    return other if other.agent_id == run.agent_id else abort(404)
