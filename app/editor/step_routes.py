"""The outline editor: one page that shows the draft, and a small form for each way to change it."""

from typing import Literal, cast

from flask import Response, abort, request, url_for
from flask.typing import ResponseReturnValue

from app.agents import drafts
from app.agents.scope import agent_here, person
from app.editor import views_kept
from app.editor.blueprint import bp
from app.editor.changes import attempt, change, change_and_open
from app.editor.editor_page import Typed, editor_page
from app.editor.models import EditorView
from app.editor.panel import plain_lines, posted_form, saved, still_empty, switched, typed_settings
from app.engine import edit
from app.engine.graph import Graph, Step
from app.engine.step_type import StepType
from app.nodes.catalogue import CATALOGUE
from app.web.access import requires
from app.web.htmx import redirect_to
from app.web.transactions import session

STEPS = "/w/<workspace_slug>/agents/<agent_slug>/edit/steps"
STEP = f"{STEPS}/<step_id>"


@bp.get("/w/<workspace_slug>/agents/<agent_slug>/edit")
@requires("agents.read")
def show(agent_slug: str) -> Response:
    """The draft as a list; `?step=` opens a step's settings, `?add=` the choice of a new step.

    Whoever opens it is taken to use the outline from now on.
    """
    agent = agent_here(agent_slug)
    answer = editor_page(agent)
    if "HX-Request" in request.headers:
        return answer
    kept = views_kept.kept_view(session(), agent, person=person())
    return views_kept.keep_view_after(answer, kept, agent, person=person(), view=EditorView.OUTLINE)


@bp.post(STEPS)
@requires("agents.edit")
def add_step(agent_slug: str) -> ResponseReturnValue:
    """Add a step of the chosen kind where the form says: after a step, inside a loop, or alone."""
    step_type = CATALOGUE.get(request.form.get("type", ""))
    if step_type is None:
        abort(404)
    return change_and_open(agent_slug, lambda graph: _added(graph, step_type))


@bp.post(f"{STEP}/copies")
@requires("agents.edit")
def duplicate_step(agent_slug: str, step_id: str) -> ResponseReturnValue:
    """Put a copy right behind the step, with what is inside it."""

    def doubled(graph: Graph) -> tuple[Graph, Step]:
        step = graph.find(step_id)
        kind = CATALOGUE.get(step.type) if step else None
        ways = kind.ports_out(step.fields) if step and kind else ()
        return edit.duplicate_step(graph, step_id, port=ways[0].id if ways else None)

    return change_and_open(agent_slug, doubled)


@bp.post(f"{STEP}/settings")
@requires("agents.edit")
def save_step(agent_slug: str, step_id: str) -> ResponseReturnValue:
    """Save the panel. What cannot be saved comes back with the person's words."""
    agent = agent_here(agent_slug)
    step = drafts.draft_of(session(), agent).flow_graph.graph.find(step_id)
    form, data = posted_form(step), plain_lines(request.form)
    typed = Typed(form, typed_settings(step, data) if step else {})
    if not form.is_posted_right():
        return editor_page(agent, 422, step_id=step_id, typed=typed)
    refusal = attempt(agent, lambda graph: saved(graph, step_id, form=form, data=data))
    if refusal is not None:
        return refusal.page(agent, step_id=step_id, typed=typed)
    added = data.get("add_row")
    kept = None if added else still_empty(data)
    return redirect_to(url_for("editor.show", step=step_id, added=added, kept=kept))


@bp.post(f"{STEP}/ways-out")
@requires("agents.edit")
def direct_step(agent_slug: str, step_id: str) -> ResponseReturnValue:
    """Choose where the ways out of a step lead; only those the form names are touched."""
    chosen = [
        (name.removeprefix("to-"), target or None)
        for name, target in request.form.items()
        if name.startswith("to-")
    ]

    def direct(graph: Graph) -> Graph:
        for port, target in chosen:
            current = graph.links_from(step_id, port)
            if [link.target for link in current[:1]] != ([target] if target else []):
                graph = edit.go_to(graph, step_id, port, target)
        return graph

    return change(agent_slug, direct)


@bp.post(f"{STEP}/place")
@requires("agents.edit")
def move_step(agent_slug: str, step_id: str) -> ResponseReturnValue:
    """One place up or down on its line."""
    direction = request.form.get("direction", "")
    if direction not in {"up", "down"}:
        abort(400)
    way = cast('Literal["up", "down"]', direction)
    return change(agent_slug, lambda graph: edit.move_step(graph, step_id, way))


@bp.post(f"{STEP}/loop")
@requires("agents.edit")
def nest_step(agent_slug: str, step_id: str) -> ResponseReturnValue:
    """Into the loop that the form names; without one, out of the loop it is in."""
    loop = request.form.get("into", "")
    if loop:
        return change(
            agent_slug, lambda graph: edit.move_into(graph, step_id, loop, catalogue=CATALOGUE)
        )
    return change(agent_slug, lambda graph: edit.move_out(graph, step_id, catalogue=CATALOGUE))


@bp.post(f"{STEP}/switch")
@requires("agents.edit")
def switch_step(agent_slug: str, step_id: str) -> ResponseReturnValue:
    """Turn a step on or off; a step that is off is passed by."""
    on = request.form.get("to") == "on"
    return change(agent_slug, lambda graph: switched(graph, step_id, on=on))


@bp.post(f"{STEP}/removal")
@requires("agents.edit")
def remove_step(agent_slug: str, step_id: str) -> ResponseReturnValue:
    """Take the step out; what led to it leads to what followed.

    Of a loop, `inside` says what becomes of its steps: "gone" with it, or "kept" where it was.
    """
    inside = request.form.get("inside", "")
    if inside == "kept":
        return change(
            agent_slug,
            lambda graph: edit.take_steps_out(graph, step_id, catalogue=CATALOGUE),
            closes=step_id,
        )
    return change(
        agent_slug,
        lambda graph: edit.remove_step(graph, step_id, with_body=inside == "gone"),
        closes=step_id,
    )


def _added(graph: Graph, step_type: StepType) -> tuple[Graph, Step]:
    after, loop = request.form.get("after") or None, request.form.get("inside") or None
    if loop is not None:
        return edit.add_inside(graph, step_type, loop=loop)
    if step_type.is_start and after is None:
        starts = (one for one in graph.order if one.type in CATALOGUE)
        beside = next((one.id for one in starts if CATALOGUE[one.type].is_start), None)
        return edit.add_start(graph, step_type, beside=beside)
    port = request.form.get("port", "out")
    return edit.add_step(graph, step_type, after=after, port=port)
