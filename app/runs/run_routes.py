"""Looking at runs and stopping them: the list, one run live, its log."""

import time
import uuid

from flask import Response, abort, g, make_response, request, url_for
from flask.typing import ResponseReturnValue

from app.agents import directory as agents
from app.agents.models import Agent
from app.engine.states import RunStatus
from app.runs import directory, ports, run_view, stopping
from app.runs.blueprint import bp
from app.runs.models import Run
from app.runs.recorded import log_lines
from app.runs.scope import person, run_here
from app.runs.start_routes import address_after
from app.runs.stopping import Decision
from app.runs.web_process import bell, live_keys
from app.vault.web_process import keyring
from app.web.access import requires
from app.web.htmx import is_htmx, nothing_new, redirect_to
from app.web.pages import page
from app.web.transactions import session, writing

SHOW_TIME_EVERY_S = 5  # how old the seconds on a page of a quiet run may become


@bp.get("/w/<workspace_slug>/runs")
@requires("runs.read")
def index() -> Response:
    """The list, narrowed to a status or an agent; its live rows ask here, too."""
    status = _status()
    agent = _agent()
    found = directory.list_page(
        session(),
        g.workspace,
        status=status,
        agent=agent,
        older_than=_key("older_than"),
        newer_than=_key("newer_than"),
    )
    if is_htmx() and request.args.get("seen") == found.mark:
        return nothing_new()
    return page(
        "runs/_list.html" if is_htmx() else "runs/index.html",
        found=found,
        status=status,
        agent=agent,
        agents=directory.agents_with_runs(session(), g.workspace),
        has_any=bool(found.runs) or directory.list_page(session(), g.workspace).runs,
    )


@bp.get("/w/<workspace_slug>/runs/<uuid:run_id>")
@requires("runs.read")
def show(run_id: uuid.UUID) -> Response:
    """One run: what it does, step by step."""
    run = run_here(run_id)
    return page("runs/show.html", **_shown(run))


@bp.get("/w/<workspace_slug>/runs/<uuid:run_id>/live")
@requires("runs.read")
def live(run_id: uuid.UUID) -> Response:
    """What the open page asks each second: 204 while nothing is new, else the part anew."""
    if _has_seen_all(run_id):
        return nothing_new()
    run = run_here(run_id)
    return page("runs/_live.html", **_shown(run))


@bp.post("/w/<workspace_slug>/runs/<uuid:run_id>/cancellation")
@requires("runs.cancel")
def cancellation(run_id: uuid.UUID) -> ResponseReturnValue:
    """Cancel the run."""
    run = run_here(run_id)
    with writing() as open_session:
        stopping.cancel(open_session, run, by=person())
        is_waited_for = stopping.tell_waiting(open_session, keyring(), run)
    if is_waited_for:
        bell().ring(run.lane)
    live_keys().put_one(run.workspace_id, run.id, f"{run.claim}.{run.seq}")
    return redirect_to(address_after(run, then=request.form.get("then")))


@bp.post("/w/<workspace_slug>/runs/<uuid:run_id>/decision")
@requires("runs.start")
def decision(run_id: uuid.UUID) -> ResponseReturnValue:
    """Say what becomes of the step that was interrupted: again, left as done, or the end."""
    run = run_here(run_id)
    try:
        said = Decision(request.form.get("step", ""))
    except ValueError:
        abort(400)
    with writing() as open_session:
        stopping.decide(open_session, run, by=person(), decision=said)
        stopping.tell_waiting(open_session, keyring(), run)
    bell().ring(run.lane)
    return redirect_to(url_for("runs.show", run_id=run.id))


@bp.get("/w/<workspace_slug>/runs/<uuid:run_id>/log")
@requires("runs.read")
def log(run_id: uuid.UUID) -> Response:
    """The whole log as a text file."""
    run = run_here(run_id)
    names = {step.id: step.name for step in run.flow_graph.graph.steps}
    lines = [
        f"{line.at:%Y-%m-%dT%H:%M:%SZ} {line.level:<7} {names.get(line.node_id or '', '-')}: "
        f"{' '.join(line.text.splitlines())}"
        for line in log_lines(session(), run)
    ]
    answer = make_response("\n".join([*lines, ""]))
    answer.headers["Content-Type"] = "text/plain; charset=utf-8"
    answer.headers["Content-Disposition"] = f'attachment; filename="run-{run.id.hex}.log"'
    return answer


def _shown(run: Run) -> dict[str, object]:
    """What the page shows; `?item=<step>:<path>` looks at one item of a loop."""
    item = request.args.get("item")
    view = run_view.view(session(), g.workspace, run, item=item)
    last_good = directory.last_good(session(), run) if view.failure else None
    poll_url = url_for(
        "runs.live", run_id=run.id, seen=view.mark, at=int(time.time()), item=item or None
    )
    return {
        "view": view,
        "run": run,
        "last_good": last_good,
        "poll_url": poll_url,
        "way_back": ports.way_back(session(), run) if run.rehearses_proposal else "",
    }


def _has_seen_all(run_id: uuid.UUID) -> bool:
    """One look into Valkey; access has been checked, and the key names the workspace."""
    seen = request.args.get("seen", "")
    at = request.args.get("at", "")
    if not seen or not at.isdecimal() or time.time() - int(at) >= SHOW_TIME_EVERY_S:
        return False
    return live_keys().get(g.workspace.id, run_id) == seen


def _status() -> RunStatus | None:
    word = request.args.get("status") or None
    try:
        return RunStatus(word) if word else None
    except ValueError:
        abort(404)


def _agent() -> Agent | None:
    slug = request.args.get("agent") or None
    if slug is None:
        return None
    return agents.by_slug(session(), g.workspace, slug=slug) or abort(404)


def _key(name: str) -> uuid.UUID | None:
    typed = request.args.get(name)
    try:
        return uuid.UUID(typed) if typed else None
    except ValueError:
        abort(404)
