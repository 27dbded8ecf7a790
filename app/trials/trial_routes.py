"""Trying one step alone: the values it gets, the run, and what came of it."""

from flask import Response, abort, flash, g, request, url_for
from flask.typing import ResponseReturnValue

from app.agents.models import Agent
from app.agents.scope import agent_here, person
from app.engine.states import RunMode
from app.runs.models import Run
from app.runs.web_process import bell
from app.trials import trying
from app.trials.bench import Bench
from app.trials.blueprint import STEP, bp, panel_here
from app.trials.inputs import Unreadable, as_typed, read
from app.trials.scope import bench_here, run_of
from app.trials.trial_page import trial_page, tried_of
from app.trials.trying import Trial
from app.vault.web_process import keyring
from app.web.access import requires
from app.web.htmx import nothing_new, redirect_to
from app.web.pages import page
from app.web.transactions import writing

NO_BELL = "The try is kept and begins as soon as the queue answers."
MAX_KEY_CHARS = 60


@bp.get(f"{STEP}/trial")
@requires("agents.edit")
def show(agent_slug: str, step_id: str) -> Response:
    """What the step would be given; `?data=` takes an earlier run, `?run=` shows a try of it."""
    agent = agent_here(agent_slug)
    typed = request.args.get("run")
    tried = _tried(agent, step_id, typed) if typed else None
    return trial_page(bench_here(agent), tried=tried)


@bp.post(f"{STEP}/trial/runs")
@requires("agents.edit")
def create(agent_slug: str, step_id: str) -> ResponseReturnValue:
    """Try the step with the values as typed. For real, what will be sent is shown first."""
    agent = agent_here(agent_slug)
    here = bench_here(agent)
    if agent.is_archived or here.step.disabled:
        return trial_page(here, 422, fields=as_typed(here.inputs, request.form))
    try:
        values = read(here.inputs, request.form)
    except Unreadable as unreadable:
        return trial_page(here, 422, fields=unreadable.inputs)
    mode = RunMode.LIVE if _is_for_real(here) else RunMode.REHEARSAL
    seen = here.preview_of(values)
    if mode is RunMode.LIVE and here.may_write and seen.writes and "sure" not in request.form:
        return trial_page(here, fields=as_typed(here.inputs, request.form), ask_first=seen)
    trial = Trial(
        outputs=here.outputs_of(values),
        mode=mode,
        by=person(),
        data_of=here.files_of,
        key=_own_key(),
    )
    with writing() as open_session:
        run = trying.start(open_session, keyring(), agent=agent, step=here.step, trial=trial)
    data = request.form.get("data") or None
    address = url_for("trials.show", step_id=step_id, run=run.id, data=data)
    if not bell().ring(run.lane):
        flash(NO_BELL, "info")
    return redirect_to(address)


@bp.get(f"{STEP}/trial/runs/<uuid:run_id>")
@requires("agents.edit")
def live(agent_slug: str, step_id: str, run_id: object) -> Response:
    """What the open page asks each second: 204 while nothing is new, else the result anew."""
    agent = agent_here(agent_slug)
    run = _tried(agent, step_id, str(run_id))
    if request.args.get("seen") == f"{run.claim}.{run.seq}":
        return nothing_new()
    place = panel_here()
    return page(
        "trials/_result.html",
        agent=agent,
        step_id=step_id,
        tried=tried_of(run),
        place=place,
        is_answer=not place,
    )


def _is_for_real(here: Bench) -> bool:
    return not here.may_write or request.form.get("mode") == "live"


def _tried(agent: Agent, step_id: str, typed: str) -> Run:
    run = run_of(agent, typed)
    return run if run.only_node_id == step_id else abort(404)


def _own_key() -> str | None:
    """One person's key is never another's; the same form sent twice is one try."""
    once = request.form.get("once", "")[:MAX_KEY_CHARS]
    return f"trial:{g.member.user.id.hex}:{once}" if once else None
