"""The pages on which an exported program is brought, looked at, and made into an agent."""

import json

from flask import Blueprint, Response, flash, g, url_for
from flask.typing import ResponseReturnValue

from app.agents import creation
from app.agents.addresses import stay_here
from app.agents.models import Origin
from app.agents.outline import outline
from app.agents.scope import person
from app.engine import check
from app.engine.errors import GraphRefused
from app.engine.graph import Graph
from app.engine.problem import Known
from app.lib import json_guard
from app.lib.json_guard import JsonRefused
from app.moving_in.forms import MakeForm, ProgramForm
from app.moving_in.program import MovedIn, read_program
from app.moving_in.report import State, grouped
from app.moving_in.source import MAX_BYTES, SourceRefused
from app.moving_in.to_do_note import with_note
from app.nodes.catalogue import CATALOGUE
from app.web.access import requires
from app.web.htmx import redirect_to
from app.web.pages import page
from app.web.transactions import writing
from app.web.uploads import takes_upload

bp = Blueprint("moving_in", __name__)
bp.url_defaults(stay_here)
MAX_FLOW_BYTES = 2_500_000
DESCRIPTION = "Moved in from OpenAI Agent Builder."


@bp.get("/w/<workspace_slug>/moving-in")
@requires("agents.edit")
def new() -> Response:
    """The form that takes an exported program."""
    return page("moving_in/new.html", form=ProgramForm(formdata=None))


@bp.post("/w/<workspace_slug>/moving-in")
@requires("agents.edit")
@takes_upload(2 * MAX_BYTES)
def read() -> Response:
    """What the program would become. Nothing is kept yet."""
    form = ProgramForm()
    if not form.is_posted_right():
        return page("moving_in/new.html", 422, form=form)
    try:
        moved = read_program(form.program())
    except SourceRefused as refused:
        form.refuse(refused)
        return page("moving_in/new.html", 422, form=form)
    graph = with_note(moved.graph, moved.findings)
    make = MakeForm(formdata=None, data={"name": moved.name, "flow": json.dumps(graph.to_json())})
    return _look(moved, make)


@bp.post("/w/<workspace_slug>/moving-in/agents")
@requires("agents.edit")
@takes_upload(MAX_FLOW_BYTES)
def make() -> ResponseReturnValue:
    """Make the agent: a draft, opened in the editor."""
    form = MakeForm()
    try:
        graph = _graph(str(form.flow.data or ""))
    except (GraphRefused, JsonRefused) as refused:
        flash(f"{refused.sentence} Bring the code again.", "bad")
        return redirect_to(url_for("moving_in.new"))
    if not form.is_posted_right():
        return _look(MovedIn(form.name.data or "", graph, ()), form, 422)
    with writing() as session:
        g.agent = creation.create(
            session,
            g.workspace,
            by=person(),
            name=form.name.data or "",
            description=DESCRIPTION,
            graph=graph,
            origin=Origin.IMPORT,
        )
    flash("Your agent has moved in. A note beside the steps says what is left to do.", "ok")
    return redirect_to(url_for("editor.enter", agent_slug=g.agent.slug))


def _look(moved: MovedIn, form: MakeForm, status: int = 200) -> Response:
    problems = check.problems(moved.graph, CATALOGUE, known=Known())
    return page(
        "moving_in/look.html",
        status,
        moved=moved,
        form=form,
        outline=outline(moved.graph, problems),
        groups=grouped(moved.findings),
        counts={state: moved.number(state) for state in State},
    )


def _graph(flow: str) -> Graph:
    """The flow that came along with the form; raises JsonRefused and GraphRefused."""
    return Graph.from_json(json_guard.parse(flow, max_bytes=MAX_FLOW_BYTES))
