"""Running one run again: which flow, from which step, and what is kept, asked for and sent."""

import uuid
from collections.abc import Mapping
from typing import TypeAlias

from flask import Response, abort, flash, g, request, url_for
from flask.typing import ResponseReturnValue

from app.agents.surroundings import problems_of
from app.engine.check import Problem
from app.engine.states import RunMode, RunStatus
from app.replays import again
from app.replays.again import Again
from app.replays.blueprint import bp
from app.replays.flows import Flow, Which, chosen, flows_of
from app.replays.forms import MAX_KEY_CHARS, AgainForm, again_form
from app.replays.kept import outermost, places_to_begin
from app.replays.missing import MAX_ASKED
from app.runs.models import Run
from app.runs.scope import person, run_here
from app.runs.start_routes import NO_BELL
from app.runs.web_process import bell
from app.vault.web_process import keyring
from app.web.access import can, requires
from app.web.htmx import redirect_to
from app.web.pages import page
from app.web.transactions import session, writing

Flows: TypeAlias = Mapping[Which, Flow]

_UNDER_WAY = (RunStatus.PENDING, RunStatus.RUNNING)


@bp.get("/w/<workspace_slug>/runs/<uuid:run_id>/repeats/new")
@requires("runs.start")
def new(run_id: uuid.UUID) -> Response:
    """What a new run would keep and send; `?from=` a step, `?version=` one of the flows."""
    run = run_here(run_id)
    flows = _flows(run)
    found = _planned(run, flows)
    if found is None:
        return page("runs/not_yet.html", agent=run.agent)
    return _page(found, flows, again_form(found.missing[:MAX_ASKED]), status=200)


@bp.post("/w/<workspace_slug>/runs/<uuid:run_id>/repeats")
@requires("runs.start")
def create(run_id: uuid.UUID) -> ResponseReturnValue:
    """Start the new run and show it."""
    run = run_here(run_id)
    flows = _flows(run)
    found = _planned(run, flows)
    if found is None:
        return page("runs/not_yet.html", 409, agent=run.agent)
    form = again_form(found.missing[:MAX_ASKED])
    if not _can_begin(found) or not form.is_posted_right():
        return _page(found, flows, form, status=422)
    mode = RunMode.REHEARSAL if request.form.get("mode") == "rehearsal" else RunMode.LIVE
    with writing() as open_session:
        made = again.begin(
            open_session,
            keyring(),
            found,
            answers=form.answers,
            by=person(),
            mode=mode,
            key=_own_key(form),
        )
    address = url_for("runs.show", run_id=made.id)
    if not bell().ring(made.lane):
        flash(NO_BELL, "info")
    return redirect_to(address)


def _planned(run: Run, flows: Flows) -> Again | None:
    """The new run as the address or the form wants it; None when nothing may be run here."""
    if run.rehearses_proposal:
        abort(404)
    flow = chosen(flows, run, request.values.get("version"))
    if flow is None or run.only_node_id is not None:
        return None
    (recorded,) = again.recorded(session(), keyring(), [run])
    wanted = request.values.get("from") or None
    if wanted is not None:
        wanted = outermost(recorded.graph, wanted)
    places = places_to_begin(recorded.graph, recorded.records)
    if wanted is not None and (
        run.status in _UNDER_WAY or wanted not in {step.id for step in places}
    ):
        abort(404)
    all_items = request.values.get("items") == "all"
    return again.plan_again(
        session(), keyring(), recorded, flow, begin_at=wanted, all_items=all_items
    )


def _page(found: Again, flows: Flows, form: AgainForm, *, status: int) -> Response:
    run = found.run
    places = places_to_begin(found.recorded.graph, found.recorded.records)
    return page(
        "replays/new.html",
        status,
        run=run,
        again=found,
        form=form,
        flows=list(flows.values()),
        places=() if run.status in _UNDER_WAY else places,
        problems=_problems(found.flow, run),
        start_is_gone=_start_is_gone(found),
        max_asked=MAX_ASKED,
        as_it_was=Which.AS_IT_WAS,
    )


def _can_begin(found: Again) -> bool:
    return not (
        found.kept.changed
        or len(found.missing) > MAX_ASKED
        or _start_is_gone(found)
        or _problems(found.flow, found.run)
    )


def _start_is_gone(found: Again) -> bool:
    """Whether the start that set the run off is not in the chosen flow."""
    start = found.run.start_node_id
    return start is not None and found.flow.graph.find(start) is None


def _problems(flow: Flow, run: Run) -> list[Problem]:
    """What keeps the flow from running; a connection may be gone since."""
    found = problems_of(session(), run.agent, flow.graph)
    return [problem for problem in found if problem.severity == "error"]


def _flows(run: Run) -> Flows:
    return flows_of(session(), run, may_edit=can("agents.edit"))


def _own_key(form: AgainForm) -> str | None:
    """One person's key is never another's; the same for a form that is sent twice."""
    key = (form.once.data or "")[:MAX_KEY_CHARS]
    return f"again:{g.member.user.id.hex}:{key}" if key else None
