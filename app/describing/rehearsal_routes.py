"""Rehearsing exactly the flow that is proposed, with the changes that are ticked."""

import uuid

from flask import Response, flash, g, request, url_for
from flask.typing import ResponseReturnValue

from app.agents import drafts
from app.agents.models import Agent, FlowGraph
from app.agents.surroundings import problems_of
from app.chats.scope import person
from app.describing import applying, built_in, proposing
from app.describing.blueprint import WORKFLOW, bp, workflow_to_apply
from app.describing.models import Workflow
from app.engine.check import Problem
from app.engine.graph import Graph
from app.engine.states import RunMode, TriggerType
from app.runs import starting
from app.runs.questions import QuestionForm, question_form, questions
from app.runs.start_routes import MAX_UPLOAD_BYTES, NO_BELL, own_key
from app.runs.starting import Ground, Start
from app.runs.web_process import bell
from app.vault.web_process import keyring
from app.web.access import requires
from app.web.htmx import redirect_to
from app.web.pages import page
from app.web.transactions import session, writing
from app.web.uploads import takes_upload


@bp.get(f"{WORKFLOW}/rehearsals/new")
@requires("agents.edit")
def new_rehearsal(workflow_id: uuid.UUID) -> Response:
    """What the flow asks before it begins; `change` names the ticked changes."""
    workflow = workflow_to_apply(workflow_id)
    ticked = _ticked(request.args.getlist("change"))
    graph = applying.graph_of(workflow, ticked)
    return _form_page(workflow, graph, ticked, question_form(questions(graph)))


@bp.post(f"{WORKFLOW}/rehearsals/choice")
@requires("agents.edit")
def choose_rehearsal(workflow_id: uuid.UUID) -> ResponseReturnValue:
    """Go on with the ticked changes; the form's token stays out of the address."""
    workflow = workflow_to_apply(workflow_id)
    ticked = request.form.getlist("change")
    return redirect_to(url_for("describing.new_rehearsal", workflow_id=workflow.id, change=ticked))


@bp.post(f"{WORKFLOW}/rehearsals")
@requires("agents.edit")
@takes_upload(MAX_UPLOAD_BYTES)
def rehearse(workflow_id: uuid.UUID) -> ResponseReturnValue:
    """Start the rehearsal and show it."""
    workflow = workflow_to_apply(workflow_id)
    ticked = _ticked(request.form.getlist("change"))
    graph = applying.graph_of(workflow, ticked)
    form = question_form(questions(graph))
    agent = _agent(workflow)
    has_errors = bool(_errors(agent, graph))
    if not has_errors:
        form.receive_files(workspace_id=g.workspace.id, by=person().id)
    if has_errors or not form.is_posted_right():
        return _form_page(workflow, graph, ticked, form, 422)
    begin = Start(
        payload=dict(form.payload),
        trigger_type=TriggerType.MANUAL,
        by=person(),
        mode=RunMode.REHEARSAL,
        idempotency_key=own_key(form.idempotency_key),
        files=form.file_ids,
        trigger_id=workflow.id,
        trigger_words=f"The proposal “{workflow.name}”",
    )
    with writing() as open_session:
        ground = _ground(agent, _frozen(workflow, graph))
        run = starting.accept(open_session, keyring(), ground, begin)
    if not bell().ring(run.lane):
        flash(NO_BELL, "info")
    return redirect_to(url_for("runs.show", workspace_slug=g.workspace.slug, run_id=run.id))


def _ticked(sent: list[str]) -> frozenset[str] | None:
    """None where nothing is said of changes: then all of them count."""
    return frozenset(sent) if sent else None


def _agent(workflow: Workflow) -> Agent:
    """Whose rehearsal it is: of the agent that is to change, else of the one that draws flows."""
    return workflow.agent or built_in.creator(session(), g.workspace)


def _errors(agent: Agent, graph: Graph) -> list[Problem]:
    return [one for one in problems_of(session(), agent, graph) if one.severity == "error"]


def _frozen(workflow: Workflow, graph: Graph) -> FlowGraph:
    if graph.digest == workflow.flow_graph.digest:
        return workflow.flow_graph
    row = proposing.new_graph(session(), workflow.workspace_id, graph)
    row.freeze()
    return row


def _ground(agent: Agent, flow_graph: FlowGraph) -> Ground:
    session().flush()
    return Ground(
        workspace_id=agent.workspace_id,
        agent_id=agent.id,
        version_id=drafts.draft_of(session(), agent).id,
        last_active=agent.last_active,
        flow_graph_id=flow_graph.id,
        is_frozen=True,
    )


def _form_page(
    workflow: Workflow,
    graph: Graph,
    ticked: frozenset[str] | None,
    form: QuestionForm,
    status: int = 200,
) -> Response:
    form.show_files(workspace_id=g.workspace.id, by=person().id, at_once=True)
    return page(
        "describing/rehearsal.html",
        status,
        workflow=workflow,
        graph=graph,
        ticked=sorted(ticked or ()),
        form=form,
        problems=_errors(_agent(workflow), graph),
    )
