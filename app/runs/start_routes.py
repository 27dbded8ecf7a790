"""Starting runs: the form made of the first step's questions, and the same input again."""

import uuid

from flask import Response, abort, flash, g, request, url_for
from flask.typing import ResponseReturnValue

from app.agents.models import Agent, AgentVersion, VersionStatus
from app.agents.surroundings import problems_of
from app.engine.check import Problem
from app.engine.file_port import is_file
from app.engine.graph import Graph
from app.engine.states import Effect, RunMode, TriggerType
from app.files import uploads
from app.files.store import MAX_FILE_BYTES
from app.nodes.catalogue import CATALOGUE
from app.runs import starting
from app.runs.blueprint import bp
from app.runs.models import Run
from app.runs.questions import QuestionForm, is_incomplete, question_form, questions
from app.runs.scope import agent_here, person, run_here
from app.runs.starting import Start
from app.runs.web_process import bell
from app.vault.web_process import keyring
from app.web.access import can, requires
from app.web.htmx import redirect_to
from app.web.pages import page
from app.web.transactions import session, writing
from app.web.uploads import takes_upload

MAX_UPLOAD_BYTES = 4 * MAX_FILE_BYTES  # all files of one form together

OUTLINE = "outline"  # said by forms that lead back there
NO_BELL = (
    "The run is accepted and kept. The queue does not answer at the moment; "
    "the run begins by itself as soon as it does."
)


@bp.get("/w/<workspace_slug>/agents/<agent_slug>/runs/new")
@requires("runs.start")
def new(agent_slug: str) -> Response:
    """The form; `?draft=yes` tries the draft, `?again=` fills in an earlier run's answers."""
    agent = agent_here(agent_slug)
    version = _version(agent)
    if version is None:
        return page("runs/not_yet.html", agent=agent)
    graph = version.flow_graph.graph
    earlier = _earlier(agent)
    form = question_form(questions(graph), earlier=earlier.trigger_payload if earlier else None)
    _forget_lost_files(form, earlier)
    return _form_page(agent, version, graph, form, status=200, earlier=earlier)


@bp.post("/w/<workspace_slug>/agents/<agent_slug>/runs")
@requires("runs.start")
@takes_upload(MAX_UPLOAD_BYTES)
def create(agent_slug: str) -> ResponseReturnValue:
    """Start a run and show it."""
    agent = agent_here(agent_slug)
    version = _version(agent)
    if version is None:
        return page("runs/not_yet.html", 409, agent=agent)
    graph = version.flow_graph.graph
    form = question_form(questions(graph))
    if not errors_of(agent, graph):
        form.receive_files(workspace_id=g.workspace.id, by=person().id)
        if "look" in request.form:
            return _form_page(agent, version, graph, form, status=200)
    if errors_of(agent, graph) or not form.is_posted_right():
        return _form_page(agent, version, graph, form, status=422)
    mode = RunMode.REHEARSAL if request.form.get("mode") == "rehearsal" else RunMode.LIVE
    begin = Start(
        payload=dict(form.payload),
        trigger_type=TriggerType.MANUAL,
        by=person(),
        mode=mode,
        idempotency_key=own_key(form.idempotency_key),
        files=form.file_ids,
    )
    return _started(agent, version, begin, then=request.form.get("then"))


@bp.post("/w/<workspace_slug>/agents/<agent_slug>/rehearsals")
@requires("runs.start")
def rehearse(agent_slug: str) -> ResponseReturnValue:
    """Rehearse what the outline shows and go back there; what it asks for is asked first."""
    agent = agent_here(agent_slug)
    version = starting.runnable_version(
        session(), agent, may_edit=can("agents.edit"), wants_draft=True
    )
    if version is None:
        return page("runs/not_yet.html", 409, agent=agent)
    graph = version.flow_graph.graph
    if questions(graph) or errors_of(agent, graph):
        draft = "yes" if version.status is VersionStatus.DRAFT else None
        return redirect_to(
            url_for(
                "runs.new",
                agent_slug=agent.slug,
                draft=draft,
                mode=RunMode.REHEARSAL.value,
                then=OUTLINE,
            )
        )
    begin = Start(payload={}, trigger_type=TriggerType.MANUAL, by=person(), mode=RunMode.REHEARSAL)
    return _started(agent, version, begin, then=OUTLINE)


def _started(
    agent: Agent, version: AgentVersion, begin: Start, *, then: str | None
) -> ResponseReturnValue:
    """Accept, and ring only when the run is in the database."""
    with writing() as open_session:
        run = starting.start(open_session, keyring(), agent=agent, version=version, begin=begin)
    if not bell().ring(run.lane):
        flash(NO_BELL, "info")
    return redirect_to(address_after(run, then=then))


def address_after(run: Run, *, then: str | None) -> str:
    """Where somebody goes on who did something with a run: its page, or the outline."""
    if then != OUTLINE:
        return url_for("runs.show", run_id=run.id)
    return url_for("editor.show", agent_slug=run.agent.slug, run=run.id)


def _version(agent: Agent) -> AgentVersion | None:
    wants_draft = request.values.get("draft") == "yes"
    if wants_draft and not can("agents.edit"):
        abort(403)
    return starting.runnable_version(
        session(), agent, may_edit=can("agents.edit"), wants_draft=wants_draft
    )


def _earlier(agent: Agent) -> Run | None:
    wanted = request.args.get("again")
    if wanted is None:
        return None
    try:
        run = run_here(uuid.UUID(wanted))
    except ValueError:
        abort(404)
    return run if run.agent_id == agent.id else abort(404)


def _forget_lost_files(form: QuestionForm, earlier: Run | None) -> None:
    """A file of the earlier run can be used again while it is kept, and no other can."""
    for field in form.file_fields:
        file_id = uuid.UUID(field.data["file"]) if is_file(field.data) else None
        file = uploads.one(session(), g.workspace.id, file_id) if file_id and earlier else None
        if file is None or earlier is None or file.run_id not in (earlier.id, earlier.replay_of):
            field.data = None


def _form_page(
    agent: Agent,
    version: AgentVersion,
    graph: Graph,
    form: QuestionForm,
    *,
    status: int,
    earlier: Run | None = None,
) -> Response:
    form.show_files(workspace_id=g.workspace.id, by=person().id, at_once=True)
    return page(
        "runs/new.html",
        status,
        agent=agent,
        version=version,
        is_draft=version.status is VersionStatus.DRAFT,
        form=form,
        problems=errors_of(agent, graph),
        graph=graph,
        may_write=any(may_write(step.type) for step in graph.steps),
        is_incomplete=earlier is not None and is_incomplete(earlier.trigger_payload),
        is_rehearsal=request.values.get("mode") == RunMode.REHEARSAL,
        then=OUTLINE if request.values.get("then") == OUTLINE else "",
    )


def errors_of(agent: Agent, graph: Graph) -> list[Problem]:
    """What keeps the flow from running; a connection may be gone since it was published."""
    found = problems_of(session(), agent, graph)
    return [problem for problem in found if problem.severity == "error"]


def may_write(step_type: str) -> bool:
    """Whether steps of this kind may change something elsewhere."""
    known = CATALOGUE.get(step_type)
    return known is not None and known.effect is Effect.WRITE


def own_key(key: str | None) -> str | None:
    """One person's key is never another's."""
    return f"form:{g.member.user.id.hex}:{key}" if key else None
