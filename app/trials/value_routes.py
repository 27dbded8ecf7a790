"""The values a step can use, and what a text with some of them in it comes to."""

import uuid
from functools import partial

from flask import Response, abort, jsonify, request
from flask.typing import ResponseReturnValue

from app.agents import drafts
from app.agents.models import Agent
from app.agents.scope import agent_here
from app.agents.surroundings import known_to
from app.data_tables import directory as tables
from app.runs.models import Run
from app.trials import earlier
from app.trials.blueprint import STEP, bp
from app.trials.scope import run_of
from app.trials.seen import Sight
from app.variables.directory import values_of
from app.vault.web_process import keyring
from app.web.access import requires
from app.web.pages import page
from app.web.transactions import session

MAX_TEXT_CHARS = 20_000


@bp.get(f"{STEP}/values")
@requires("agents.edit")
def values(agent_slug: str, step_id: str) -> Response:
    """The tree of values that earlier steps gave; of the run that `?run=` names, if they did."""
    agent = agent_here(agent_slug)
    run = _asked_run(agent)
    return page("editor/_values.html", tree=_sight(agent, step_id, run).tree)


@bp.post(f"{STEP}/values/preview")
@requires("agents.edit")
def preview(agent_slug: str, step_id: str) -> ResponseReturnValue:
    """What `text` comes to: {"text", "is_problem"}."""
    text = request.form.get("text", "").replace("\r\n", "\n")
    if len(text) > MAX_TEXT_CHARS:
        abort(413)
    agent = agent_here(agent_slug)
    told = _sight(agent, step_id, _asked_run(agent)).told(text)
    return jsonify(text=told.text, is_problem=told.is_problem)


def _asked_run(agent: Agent) -> Run | None:
    typed = request.values.get("run", "")
    return run_of(agent, str(uuid.UUID(typed))) if _is_id(typed) else None


def _is_id(typed: str) -> bool:
    try:
        uuid.UUID(typed)
    except ValueError:
        return False
    return True


def _sight(agent: Agent, step_id: str, run: Run | None) -> Sight:
    graph = drafts.draft_of(session(), agent).flow_graph.graph
    step = graph.find(step_id)
    if step is None:
        abort(404)
    wanted = graph.before(step_id) | {one.id for one in graph.inside(step_id)}
    steps = [one for one in graph.steps if one.id in wanted]
    given = earlier.newest(session(), keyring(), agent, steps)
    if run is not None:
        given |= earlier.of_run(session(), run, wanted)
    return Sight(
        graph=graph,
        step=step,
        known=known_to(session(), agent),
        given=given,
        variables=values_of(session(), agent.workspace_id),
        columns=partial(_columns, agent),
    )


def _columns(agent: Agent, table_id: str) -> list[tuple[str, str]]:
    wanted = uuid.UUID(table_id) if _is_id(table_id) else None
    table = wanted and tables.by_id(session(), agent.workspace_id, table_id=wanted)
    if not table:
        return []
    return [(one.key, f"{one.name}, {one.kind.words.lower()}") for one in table.columns]
