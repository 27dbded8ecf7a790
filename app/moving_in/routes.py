"""The pages on which an exported program is brought, looked at, and made into an agent."""

import json
from collections.abc import Sequence

from flask import Blueprint, Response, flash, g, url_for
from flask.typing import ResponseReturnValue

from app.agents.addresses import stay_here
from app.agents.outline import outline
from app.agents.scope import person
from app.engine import check
from app.engine.errors import GraphRefused
from app.engine.graph import Graph
from app.engine.problem import Known
from app.engine.words import count
from app.lib import json_guard
from app.lib.json_guard import JsonRefused
from app.moving_in import connecting, making
from app.moving_in.carrying import helpers_as_text, helpers_in
from app.moving_in.drawn.scene import Helper
from app.moving_in.forms import MakeForm, ProgramForm
from app.moving_in.program import MovedIn, read_program
from app.moving_in.report import State, grouped
from app.moving_in.source.parsing import MAX_BYTES, SourceRefused
from app.moving_in.to_do_note import with_note
from app.nodes.catalogue import CATALOGUE
from app.web.access import requires
from app.web.htmx import redirect_to
from app.web.pages import page
from app.web.transactions import session, writing
from app.web.uploads import takes_upload

bp = Blueprint("moving_in", __name__)
bp.url_defaults(stay_here)
MAX_FLOW_BYTES = 2_500_000


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
    flow, others = json.dumps(graph.to_json()), helpers_as_text(moved.helpers)
    make = MakeForm(formdata=None, data={"name": moved.name, "flow": flow, "others": others})
    return _look(moved, make)


@bp.post("/w/<workspace_slug>/moving-in/agents")
@requires("agents.edit")
@takes_upload(MAX_FLOW_BYTES)
def make() -> ResponseReturnValue:
    """Make the agent and those that its tools run: drafts, the agent opened in the editor."""
    form = MakeForm()
    try:
        graph = _graph(str(form.flow.data or ""))
        helpers = helpers_in(str(form.others.data or "[]"), max_bytes=MAX_FLOW_BYTES)
    except (GraphRefused, JsonRefused) as refused:
        flash(f"{refused.sentence} Bring the code again.", "bad")
        return redirect_to(url_for("moving_in.new"))
    if not form.is_posted_right():
        return _look(MovedIn(form.name.data or "", graph, (), helpers), form, 422)
    with writing() as open_session:
        g.agent = making.make(
            open_session,
            g.workspace,
            by=person(),
            moved=MovedIn(form.name.data or "", graph, (), helpers),
            may_go_on=bool(form.may_go_on.data),
        )
    flash(_made_words(helpers), "ok")
    return redirect_to(url_for("editor.enter", agent_slug=g.agent.slug))


def _made_words(helpers: Sequence[Helper]) -> str:
    note = "A note beside the steps says what is left to do."
    if not helpers:
        return f"Your agent has moved in. {note}"
    others = count(len(helpers), "agent that its tools run", "agents that its tools run")
    return f"Your agent has moved in, and {others}. “Publish” publishes all of them. {note}"


def _look(moved: MovedIn, form: MakeForm, status: int = 200) -> Response:
    problems = check.problems(moved.graph, CATALOGUE, known=Known())
    graphs = [moved.graph, *(one.graph for one in moved.helpers)]
    return page(
        "moving_in/look.html",
        status,
        moved=moved,
        form=form,
        outline=outline(moved.graph, problems),
        groups=grouped(moved.findings),
        counts={state: moved.number(state) for state in State},
        servers=connecting.needed(graphs, making.servers_of(session(), g.workspace.id)),
        never_asked=connecting.never_asked(graphs),
    )


def _graph(flow: str) -> Graph:
    """The flow that came along with the form; raises JsonRefused and GraphRefused."""
    return Graph.from_json(json_guard.parse(flow, max_bytes=MAX_FLOW_BYTES))
