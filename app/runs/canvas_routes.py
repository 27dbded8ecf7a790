"""Runs without leaving the canvas: started there, laid over it while they go on and afterwards."""

import uuid

from flask import Response, abort, g, jsonify, request
from flask.typing import ResponseReturnValue

from app.agents.models import Agent, AgentVersion
from app.agents.scope import agent_here
from app.engine.states import RunMode, TriggerType
from app.runs import past_runs, starting
from app.runs.blueprint import bp
from app.runs.canvas_run import (
    times_inside,
    told,
    view_with_items,
)
from app.runs.models import Run
from app.runs.past_runs import RUNS_OFFERED
from app.runs.questions import QuestionForm, question_form, questions
from app.runs.scope import person, run_here
from app.runs.start_routes import MAX_UPLOAD_BYTES, errors_of, may_write, own_key
from app.runs.starting import Start
from app.runs.web_process import bell, live_keys
from app.vault.web_process import keyring
from app.web.access import can, requires
from app.web.htmx import nothing_new
from app.web.pages import page
from app.web.transactions import session, writing
from app.web.uploads import takes_upload

RUNS = "/w/<workspace_slug>/agents/<agent_slug>/canvas/runs"
MODES = {mode.value: mode for mode in (RunMode.LIVE, RunMode.REHEARSAL)}
NOTHING_TO_RUN = "There is nothing to run yet: this agent has no published version."
MOVED = "Somebody changed the draft a moment ago. Look at it, then start the run again."


@bp.get(RUNS)
@requires("runs.read")
def canvas_runs(agent_slug: str) -> Response:
    """The last runs of the agent, to choose from."""
    return jsonify(runs=past_runs.offered(session(), agent_here(agent_slug), RUNS_OFFERED))


@bp.get(f"{RUNS}/new")
@requires("runs.start")
def canvas_start(agent_slug: str) -> Response:
    """What has to be said before a run of `?mode=` begins, as a dialog."""
    agent = agent_here(agent_slug)
    version = _version(agent)
    if version is None:
        return _refused(409, NOTHING_TO_RUN)
    form = question_form(questions(version.flow_graph.graph))
    return _dialog(agent, version, form, _mode(request.args.get("mode")), 200)


@bp.post(RUNS)
@requires("runs.start")
@takes_upload(MAX_UPLOAD_BYTES)
def start_on_canvas(agent_slug: str) -> ResponseReturnValue:
    """Start a run: 201 and its id, or 422 and the dialog with a sentence at each wrong answer.

    409 when the draft is no longer at the `revision` that the canvas shows.
    """
    agent = agent_here(agent_slug)
    version = _version(agent)
    if version is None:
        return _refused(409, NOTHING_TO_RUN)
    mode = _mode(request.form.get("mode"))
    seen = request.form.get("revision", type=int)
    if can("agents.edit") and seen is not None and seen != version.flow_graph.revision:
        return _refused(409, MOVED)
    graph = version.flow_graph.graph
    form = question_form(questions(graph))
    if errors_of(agent, graph):
        return _dialog(agent, version, form, mode, 422)
    form.receive_files(workspace_id=g.workspace.id, by=person().id)
    if not form.is_posted_right():
        return _dialog(agent, version, form, mode, 422)
    return _started(agent, version, form, mode)


@bp.get(f"{RUNS}/<uuid:run_id>")
@requires("runs.read")
def canvas_run(agent_slug: str, run_id: uuid.UUID) -> Response:
    """The run as the canvas draws it: 204 while nothing is new since `?seen=`.

    `?item=<loop>:<path>` looks at one item of a loop.
    """
    agent = agent_here(agent_slug)
    seen = request.args.get("seen")
    if seen and live_keys().get(g.workspace.id, run_id) == seen:
        return nothing_new()
    run = _of(agent, run_here(run_id))
    item = request.args.get("item")
    view = view_with_items(session(), g.workspace, run, item)
    if seen == view.mark:
        return nothing_new()
    times = times_inside(session(), view, item)
    return jsonify(told(view, times, may_stop=can("runs.cancel")))


def _started(
    agent: Agent, version: AgentVersion, form: QuestionForm, mode: RunMode
) -> ResponseReturnValue:
    """Accept, and ring only when the run is in the database."""
    begin = Start(
        payload=dict(form.payload),
        trigger_type=TriggerType.MANUAL,
        by=person(),
        mode=mode,
        idempotency_key=own_key(form.idempotency_key),
        files=form.file_ids,
    )
    with writing() as open_session:
        run = starting.start(open_session, keyring(), agent=agent, version=version, begin=begin)
    answer = jsonify(id=str(run.id), is_waiting=not bell().ring(run.lane))
    answer.status_code = 201
    return answer


def _dialog(
    agent: Agent, version: AgentVersion, form: QuestionForm, mode: RunMode, status: int
) -> Response:
    graph = version.flow_graph.graph
    form.show_files(workspace_id=g.workspace.id, by=person().id, at_once=True)
    return page(
        "runs/canvas_start.html",
        status,
        agent=agent,
        graph=graph,
        form=form,
        mode=mode.value,
        problems=errors_of(agent, graph),
        may_write=any(may_write(step.type) for step in graph.steps),
    )


def _version(agent: Agent) -> AgentVersion | None:
    """The draft for those who build, which is what they see; for others the published version."""
    return starting.runnable_version(
        session(), agent, may_edit=can("agents.edit"), wants_draft=True
    )


def _mode(typed: str | None) -> RunMode:
    return MODES.get(typed or "") or abort(400)


def _of(agent: Agent, run: Run) -> Run:
    """Only runs of the whole flow of this agent can be laid over it."""
    return run if run.agent_id == agent.id and run.only_node_id is None else abort(404)


def _refused(status: int, sentence: str) -> Response:
    answer = jsonify(sentence=sentence)
    answer.status_code = status
    return answer
