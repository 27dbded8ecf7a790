"""Pinning a sample to a step, and taking it off."""

from flask import Response, abort, flash, request, url_for
from flask.typing import ResponseReturnValue

from app.agents.scope import agent_here, person
from app.engine.errors import StepFailed
from app.engine.values import Json
from app.lib.json_guard import JsonRefused, parse
from app.runs.questions import is_incomplete
from app.trials import earlier, ports, samples
from app.trials.bench import Bench
from app.trials.blueprint import STEP, bp
from app.trials.scope import bench_here, run_of, source_of
from app.trials.trial_page import trial_page
from app.vault.web_process import keyring
from app.web.access import requires
from app.web.htmx import redirect_to
from app.web.transactions import session, writing

CUT = (
    "Parts of it were hidden or shortened when the run was kept, so it cannot be pinned as it is. "
    "Type a sample instead."
)
GONE = "This run knows nothing of the step any more. Choose another run, or type a sample."


class CannotPin(ValueError):
    """There is no value to pin; the text says why."""


@bp.post(f"{STEP}/sample")
@requires("agents.edit")
def pin(agent_slug: str, step_id: str) -> ResponseReturnValue:
    """Pin what the step gave in a `run`, what was `caught` for it, or a `typed` value."""
    agent = agent_here(agent_slug)
    here = bench_here(agent)
    try:
        value, source = _chosen(here)
        with writing() as open_session:
            samples.pin(
                open_session, keyring(), agent, here.step, value=value, source=source, by=person()
            )
    except (CannotPin, JsonRefused, StepFailed) as refused:
        return _refused(here, str(getattr(refused, "sentence", refused)))
    flash(f"The sample of “{here.step.name}” is pinned. Tries of later steps use it.", "ok")
    return redirect_to(url_for("trials.show", step_id=step_id))


@bp.post(f"{STEP}/sample/removal")
@requires("agents.edit")
def unpin(agent_slug: str, step_id: str) -> ResponseReturnValue:
    """Take the sample off the step."""
    agent = agent_here(agent_slug)
    here = bench_here(agent)
    with writing() as open_session:
        samples.unpin(open_session, agent, here.step, by=person())
    flash(f"“{here.step.name}” has no sample any more.", "ok")
    return redirect_to(url_for("trials.show", step_id=step_id))


def _chosen(here: Bench) -> tuple[Json, str]:
    """The value that the form names, and where it came from. Raises CannotPin, JsonRefused."""
    if "typed" in request.form:
        return parse(request.form["typed"]), f"typed by {person().name}"
    agent = agent_here((request.view_args or {})["agent_slug"])
    if "caught" in request.form:
        caught = ports.caught(session(), keyring(), agent, here.step.id)
        if caught is None:
            raise CannotPin("Nothing is caught for this step any more.")
        return caught, earlier.CAUGHT
    if "run" not in request.form:
        abort(400)
    run = run_of(agent, request.form["run"])
    given = earlier.of_run(session(), run, [here.step.id]).get(here.step.id)
    if given is None:
        raise CannotPin(GONE)
    if is_incomplete(given.shown):
        raise CannotPin(CUT)
    return given.exact, source_of(run)


def _refused(here: Bench, sentence: str) -> Response:
    return trial_page(here, 422, refused=sentence, typed_sample=request.form.get("typed"))
