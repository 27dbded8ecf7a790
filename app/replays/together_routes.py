"""Continuing several failed runs: first what that means, then all of them at once."""

import uuid

from flask import Response, abort, flash, g, request, url_for
from flask.typing import ResponseReturnValue

from app.agents.surroundings import problems_of
from app.replays import together
from app.replays.blueprint import bp
from app.replays.flows import Which
from app.replays.together import Together
from app.runs.models import Run
from app.runs.scope import agent_here, person
from app.runs.start_routes import NO_BELL
from app.runs.web_process import bell
from app.vault.web_process import keyring
from app.web.access import can, requires
from app.web.htmx import redirect_to
from app.web.pages import page
from app.web.transactions import session, writing


@bp.get("/w/<workspace_slug>/runs/continuations/new")
@requires("runs.start")
def new_together() -> Response:
    """Count first; `?run=` one or many, or `?agent=` for all failed runs of one.

    `&in_a_row=yes`: only those since it last did well.
    """
    return _page(_runs(), status=200)


@bp.post("/w/<workspace_slug>/runs/continuations")
@requires("runs.start")
def create_together() -> ResponseReturnValue:
    """Continue them all, each from the step it failed at."""
    runs = _runs()
    found = _look(runs)
    if not found.ready and any(one.why_not == "continued" for one in found.left_out):
        flash("They were continued already.", "info")  # a form that was sent twice
        return redirect_to(url_for("runs.index"))
    if not found.ready or _problems(found):
        return _page(runs, status=422)
    with writing() as open_session:
        together.lock(open_session, runs)
        begun = together.start(open_session, keyring(), _look(runs), by=person())
    has_rung = [bell().ring(lane) for lane in {run.lane for run in begun}]
    if not all(has_rung):
        flash(NO_BELL, "info")
    else:
        flash(f"{len(begun):,} {'run continues' if len(begun) == 1 else 'runs continue'}.", "ok")
    return redirect_to(url_for("runs.index"))


def _page(runs: list[Run], *, status: int) -> Response:
    found = _look(runs)
    return page(
        "replays/together.html",
        status,
        together=found,
        wanted=_wanted(),
        may_edit=can("agents.edit"),
        problems=_problems(found),
        max_runs=together.MAX_RUNS,
    )


def _look(runs: list[Run]) -> Together:
    return together.look(session(), keyring(), runs, may_edit=can("agents.edit"), wanted=_wanted())


def _problems(found: Together) -> list[tuple[str, str]]:
    """What keeps a flow from running, by agent; each flow is looked at once."""
    seen: dict[str, list[tuple[str, str]]] = {}
    for one in found.ready:
        if one.again is None or one.again.flow.graph.digest in seen:
            continue
        wrong = problems_of(session(), one.run.agent, one.again.flow.graph)
        seen[one.again.flow.graph.digest] = [
            (one.run.agent.name, each.text) for each in wrong if each.severity == "error"
        ]
    return [problem for some in seen.values() for problem in some]


def _wanted() -> Which:
    try:
        return Which(request.values.get("version") or Which.NEWEST)
    except ValueError:
        abort(404)


def _runs() -> list[Run]:
    slug = request.values.get("agent")
    if slug:
        in_a_row = request.values.get("in_a_row") == "yes"
        agent = agent_here(slug)
        return together.failed_runs(session(), g.workspace, agent, in_a_row=in_a_row)
    try:
        ids = {uuid.UUID(typed) for typed in request.values.getlist("run")}
    except ValueError:
        abort(404)
    return together.chosen_runs(session(), g.workspace, ids)
