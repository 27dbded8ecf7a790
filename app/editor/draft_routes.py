"""Saving the draft as the canvas holds it: the whole flow at once, from the revision it is of."""

from flask import Response, jsonify

from app.agents import drafts
from app.agents.drafts import DraftMoved
from app.agents.models import Agent
from app.agents.scope import agent_here, person
from app.agents.surroundings import known_to, problems_of, problems_with
from app.editor.blueprint import bp
from app.editor.canvas_data import draft_told, problems_told, views, views_since
from app.editor.canvas_routes import AGENT
from app.editor.json_bodies import (
    MAX_DRAFT_BYTES,
    BodyRefused,
    answer_refused,
    body,
    refused,
    revision_in,
)
from app.engine.errors import EditRefused, GraphRefused
from app.engine.values import Json
from app.web.access import requires
from app.web.transactions import session, writing

bp.register_error_handler(BodyRefused, answer_refused)


@bp.put(f"{AGENT}/draft")
@requires("agents.edit")
def save_draft(agent_slug: str) -> Response:
    """Put this flow in place of the draft: {"revision", "graph"}.

    Answers 200 with what changed in how steps look and all problems; 409 with the whole draft
    when somebody saved another one; 422 with a sentence when it is no flow that can be kept.
    """
    agent = agent_here(agent_slug)
    sent = body({"revision", "graph"}, max_bytes=MAX_DRAFT_BYTES)
    revision = revision_in(sent)
    try:
        return _saved(agent, sent["graph"], revision)
    except DraftMoved:
        return draft_moved(agent)
    except GraphRefused as no_flow:
        return refused(422, no_flow.sentence, step_id=no_flow.step_id)
    except EditRefused as no_edit:
        return refused(422, no_edit.sentence)


def draft_moved(agent: Agent) -> Response:
    """409, with the draft as it is now and who saved it."""
    row = drafts.draft_of(session(), agent)
    answer = jsonify(draft_told(row, problems_of(session(), agent, row.flow_graph.graph)))
    answer.status_code = 409
    return answer


def _saved(agent: Agent, graph_json: Json, revision: int) -> Response:
    # Both are asked for beforehand: a write has the session read again whatever it is asked for.
    by, known = person(), known_to(session(), agent)
    with writing() as open_session:
        flow_graph, before = drafts.put(
            open_session, agent, by=by, expected_revision=revision, graph_json=graph_json
        )
        after, saved_as, saved_at = flow_graph.graph, flow_graph.revision, flow_graph.updated_at
    # The answer to the same change was lost on its way: the page knows none of its views.
    was_lost = before.digest == after.digest and saved_as != revision
    return jsonify(
        revision=saved_as,
        views=views(after, after.steps) if was_lost else views_since(before, after),
        problems=problems_told(problems_with(known, after)),
        saved_at=saved_at.isoformat(),
    )
