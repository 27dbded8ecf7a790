"""Rehearsing exactly the flow that a review is about, also when the draft is another one by now."""

import uuid

from flask import Response, flash, g, url_for
from flask.typing import ResponseReturnValue

from app.agents import drafts
from app.agents.scope import person
from app.engine.states import RunMode, TriggerType
from app.reviews.blueprint import REVIEW, bp, review_here
from app.reviews.models import Review
from app.runs import starting
from app.runs.questions import QuestionForm, question_form, questions
from app.runs.start_routes import MAX_UPLOAD_BYTES, NO_BELL, errors_of, own_key
from app.runs.starting import Ground, Start
from app.runs.web_process import bell
from app.vault.web_process import keyring
from app.web.access import requires
from app.web.htmx import redirect_to
from app.web.pages import page
from app.web.transactions import session, writing
from app.web.uploads import takes_upload


@bp.get(f"{REVIEW}/rehearsals/new")
@requires("runs.start")
def new_rehearsal(review_id: uuid.UUID) -> Response:
    """What the flow asks before it begins."""
    review = review_here(review_id)
    return _form_page(review, question_form(questions(review.flow_graph.graph)))


@bp.post(f"{REVIEW}/rehearsals")
@requires("runs.start")
@takes_upload(MAX_UPLOAD_BYTES)
def rehearse(review_id: uuid.UUID) -> ResponseReturnValue:
    """Start the rehearsal and show it."""
    review = review_here(review_id)
    form = question_form(questions(review.flow_graph.graph))
    if not errors_of(review.agent, review.flow_graph.graph):
        form.receive_files(workspace_id=g.workspace.id, by=person().id)
    if errors_of(review.agent, review.flow_graph.graph) or not form.is_posted_right():
        return _form_page(review, form, 422)
    begin = Start(
        payload=dict(form.payload),
        trigger_type=TriggerType.MANUAL,
        by=person(),
        mode=RunMode.REHEARSAL,
        idempotency_key=own_key(form.idempotency_key),
        files=form.file_ids,
    )
    ground = _ground(review)
    with writing() as open_session:
        run = starting.accept(open_session, keyring(), ground, begin)
    address = url_for("runs.show", workspace_slug=g.workspace.slug, run_id=run.id)
    if not bell().ring(run.lane):
        flash(NO_BELL, "info")
    return redirect_to(address)


def _ground(review: Review) -> Ground:
    """The flow that was asked about: it was frozen when somebody asked."""
    return Ground(
        workspace_id=review.workspace_id,
        agent_id=review.agent_id,
        version_id=drafts.draft_of(session(), review.agent).id,
        last_active=review.agent.last_active,
        flow_graph_id=review.flow_graph_id,
        is_frozen=True,
    )


def _form_page(review: Review, form: QuestionForm, status: int = 200) -> Response:
    graph = review.flow_graph.graph
    form.show_files(workspace_id=g.workspace.id, by=person().id, at_once=True)
    return page(
        "reviews/rehearsal.html",
        status,
        agent=review.agent,
        review=review,
        graph=graph,
        form=form,
        problems=errors_of(review.agent, graph),
    )
