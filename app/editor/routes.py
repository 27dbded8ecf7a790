"""The outline editor: one page that shows the draft, and a small form for each way to change it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, cast

from flask import Blueprint, Response, abort, request, url_for
from flask.typing import ResponseReturnValue

from app.agents import drafts
from app.agents.addresses import stay_here
from app.agents.drafts import Command, DraftMoved
from app.agents.models import Agent
from app.agents.scope import agent_here, person
from app.editor.editor_page import Typed, editor_page
from app.editor.panel import plain_lines, posted_form, saved, still_empty, switched, typed_settings
from app.engine import edit
from app.engine.errors import EditRefused, GraphRefused
from app.engine.graph import Graph, Step
from app.nodes.catalogue import CATALOGUE
from app.web.access import requires
from app.web.htmx import redirect_to
from app.web.transactions import session, writing

bp = Blueprint("editor", __name__)
bp.url_defaults(stay_here)
STEPS = "/w/<workspace_slug>/agents/<agent_slug>/edit/steps"
STEP = f"{STEPS}/<step_id>"


@bp.get("/w/<workspace_slug>/agents/<agent_slug>/edit")
@requires("agents.read")
def show(agent_slug: str) -> Response:
    """The draft as a list; `?step=` opens a step's settings, `?add=` the choice of a new step."""
    return editor_page(agent_here(agent_slug))


@bp.post(STEPS)
@requires("agents.edit")
def add_step(agent_slug: str) -> ResponseReturnValue:
    """Add a step of the chosen kind where the form says."""
    step_type = CATALOGUE.get(request.form.get("type", ""))
    if step_type is None:
        abort(404)
    after, port = request.form.get("after") or None, request.form.get("port", "out")
    return _change_and_open(
        agent_slug, lambda graph: edit.add_step(graph, step_type, after=after, port=port)
    )


@bp.post(f"{STEP}/copies")
@requires("agents.edit")
def duplicate_step(agent_slug: str, step_id: str) -> ResponseReturnValue:
    """Put a copy right behind the step."""
    return _change_and_open(agent_slug, lambda graph: edit.duplicate_step(graph, step_id))


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
    refusal = _try(agent, lambda graph: saved(graph, step_id, form=form, data=data))
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

    return _change(agent_slug, direct)


@bp.post(f"{STEP}/place")
@requires("agents.edit")
def move_step(agent_slug: str, step_id: str) -> ResponseReturnValue:
    """One place up or down on its line."""
    direction = request.form.get("direction", "")
    if direction not in {"up", "down"}:
        abort(400)
    way = cast('Literal["up", "down"]', direction)
    return _change(agent_slug, lambda graph: edit.move_step(graph, step_id, way))


@bp.post(f"{STEP}/switch")
@requires("agents.edit")
def switch_step(agent_slug: str, step_id: str) -> ResponseReturnValue:
    """Turn a step on or off; a step that is off is passed by."""
    on = request.form.get("to") == "on"
    return _change(agent_slug, lambda graph: switched(graph, step_id, on=on))


@bp.post(f"{STEP}/removal")
@requires("agents.edit")
def remove_step(agent_slug: str, step_id: str) -> ResponseReturnValue:
    """Take the step out; what led to it leads to what followed."""
    return _change(agent_slug, lambda graph: edit.remove_step(graph, step_id), closes=step_id)


def _change(agent_slug: str, command: Command, *, closes: str = "") -> ResponseReturnValue:
    agent = agent_here(agent_slug)
    opened = request.form.get("step", "")
    refusal = _try(agent, command)
    if refusal is not None:
        return refusal.page(agent, step_id=opened)
    return redirect_to(url_for("editor.show", step=opened if opened != closes else None))


def _change_and_open(
    agent_slug: str, command: Callable[[Graph], tuple[Graph, Step]]
) -> ResponseReturnValue:
    agent = agent_here(agent_slug)
    made: list[Step] = []

    def keep(graph: Graph) -> Graph:
        after, step = command(graph)
        made.append(step)
        return after

    refusal = _try(agent, keep)
    if refusal is not None:
        return refusal.page(agent)
    return redirect_to(url_for("editor.show", step=made[-1].id))


@dataclass(frozen=True, slots=True)
class _Refusal:
    """Why the draft was not changed: somebody was faster, or a sentence."""

    has_moved: bool
    sentence: str = ""

    def page(self, agent: Agent, *, step_id: str = "", typed: Typed | None = None) -> Response:
        """The editor as it stands now, with the reason."""
        return editor_page(
            agent,
            409 if self.has_moved else 422,
            step_id=step_id,
            typed=typed,
            notice=self.sentence,
            has_moved=self.has_moved,
        )


def _try(agent: Agent, command: Command) -> _Refusal | None:
    revision = request.form.get("revision", type=int)
    if revision is None:
        abort(400)
    try:
        with writing() as open_session:
            drafts.change(
                open_session, agent, by=person(), expected_revision=revision, command=command
            )
    except DraftMoved:
        return _Refusal(has_moved=True)
    except (EditRefused, GraphRefused) as refused:
        return _Refusal(has_moved=False, sentence=refused.sentence)
    return None
