"""The settings of one step beside the canvas: the panel alone, and what its form changes."""

from flask import Response, abort, request
from flask.typing import ResponseReturnValue

from app.agents import drafts
from app.agents.scope import agent_here
from app.editor.blueprint import bp
from app.editor.canvas_routes import AGENT
from app.editor.changes import Refusal, attempt
from app.editor.editor_page import Typed
from app.editor.json_bodies import refused
from app.editor.panel import plain_lines, posted_form, saved, still_empty, typed_settings
from app.editor.panel_page import Beside, panel_page
from app.engine.graph import Graph
from app.web.access import requires
from app.web.transactions import session

STEP = f"{AGENT}/canvas/steps/<step_id>"


@bp.get(f"{STEP}/panel", endpoint="panel")
@requires("agents.read")
def show(agent_slug: str, step_id: str) -> Response:
    """The settings of a step, as the canvas shows them beside itself."""
    agent = agent_here(agent_slug)
    beside = Beside(agent)
    card = beside.card(step_id) or abort(404)
    return panel_page(agent, beside, card)


@bp.post(f"{STEP}/settings")
@requires("agents.edit")
def save_settings(agent_slug: str, step_id: str) -> ResponseReturnValue:
    """Save the panel: answers with it, and with what changed in the draft.

    422: the person's words come back. 409: somebody was faster; the whole draft comes along.
    """
    agent = agent_here(agent_slug)
    step = drafts.draft_of(session(), agent).flow_graph.graph.find(step_id)
    form, data = posted_form(step), plain_lines(request.form)
    typed = Typed(form, typed_settings(step, data) if step else {})
    before: list[Graph] = []

    def change(graph: Graph) -> Graph:
        before.append(graph)
        return saved(graph, step_id, form=form, data=data)

    right = form.is_posted_right()
    refusal = attempt(agent, change) if right else Refusal(has_moved=False)
    beside = Beside(agent)
    card = beside.card(step_id)
    if card is None:
        return _gone(beside)
    if refusal is None:
        added = data.get("add_row", "")
        kept = "" if added else still_empty(data) or ""
        told = beside.since(before[0])
        return panel_page(agent, beside, card, told=told, added=added, kept=kept)
    if refusal.has_moved:
        return panel_page(agent, beside, card, 409, typed=typed, told=beside.whole, has_moved=True)
    return panel_page(agent, beside, card, 422, typed=typed, notice=refusal.sentence)


def _gone(beside: Beside) -> Response:
    answer = refused(410, "This step is no longer in the flow. Somebody may have removed it.")
    answer.headers["X-Revision"] = str(beside.revision)
    return answer
