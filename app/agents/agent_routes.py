"""Pages about agents as a whole: the list, a new one, one agent, and what happens to it."""

import uuid

from flask import Response, abort, flash, g, request, url_for
from flask.typing import ResponseReturnValue

from app.agents import creation, directory, drafts, lifecycle, ports
from app.agents.blueprint import bp
from app.agents.forms import AgentForm
from app.agents.manner import manner_in, manner_of
from app.agents.models import Agent, AgentVersion
from app.agents.outline import outline
from app.agents.references import callers_of
from app.agents.scope import agent_here, person
from app.agents.surroundings import known_to
from app.agents.type_words import TYPE_WORDS
from app.engine import check
from app.engine.errors import EditRefused
from app.engine.words import listed
from app.nodes.catalogue import CATALOGUE
from app.web.access import requires
from app.web.htmx import redirect_to
from app.web.pages import page
from app.web.transactions import session, writing

MAX_SEARCH_CHARS = 80


@bp.get("/w/<workspace_slug>/agents")
@requires("agents.read")
def index() -> Response:
    """The list, with a search and the ones that were put away behind a tab."""
    words = request.args.get("q", "").strip()[:MAX_SEARCH_CHARS]
    shows = request.args.get("show", "")
    archived, built_in = shows == "archived", shows == "lamplight"
    found = directory.list_page(
        session(),
        g.workspace,
        words=words,
        archived=archived,
        built_in=built_in,
        older_than=_key("older_than"),
    )
    return page(
        "agents/index.html",
        found=found,
        rates=ports.rates(session(), g.workspace.id, [agent.id for agent in found.agents]),
        words=words,
        archived=archived,
        shows=shows if archived or built_in else None,
        is_first_page="older_than" not in request.args,
        has_any=bool(found.agents) or directory.has_any(session(), g.workspace),
    )


@bp.get("/w/<workspace_slug>/agents/new")
@requires("agents.edit")
def new() -> Response:
    """The form for an empty agent."""
    return page("agents/new.html", form=AgentForm())


@bp.post("/w/<workspace_slug>/agents")
@requires("agents.edit")
def create() -> ResponseReturnValue:
    """Make an empty agent and go on to its steps."""
    form = AgentForm()
    if not form.is_posted_right():
        return page("agents/new.html", 422, form=form)
    with writing() as open_session:
        g.agent = creation.create(
            open_session,
            g.workspace,
            by=person(),
            name=form.name.data or "",
            description=form.description.data or "",
        )
    return redirect_to(url_for("editor.enter"))


@bp.get("/w/<workspace_slug>/agents/<agent_slug>")
@requires("agents.read")
def show(agent_slug: str) -> Response:
    """What the agent does, in words, and what can be done with it."""
    agent = agent_here(agent_slug)
    draft, active = drafts.draft_and_active(session(), agent)
    graph = draft.flow_graph.graph
    known = known_to(session(), agent)
    return page(
        "agents/show.html",
        agent=agent,
        draft=draft,
        outline=outline(graph, check.problems(graph, CATALOGUE, known=known)),
        portrait=ports.portrait(session(), agent, draft, known),
        active=active,
        callers=callers_of(session(), agent),
        starters=ports.starters(session(), agent),
        performance=ports.performance(session(), agent),
        type_words=TYPE_WORDS[agent.type],
        is_as_published=_is_as_published(agent, draft),
    )


@bp.post("/w/<workspace_slug>/agents/<agent_slug>/copies")
@requires("agents.edit")
def duplicate(agent_slug: str) -> ResponseReturnValue:
    """Make a copy and show it."""
    agent = agent_here(agent_slug)
    with writing() as open_session:
        g.agent = creation.duplicate(open_session, agent, by=person())
    flash(f"This is the copy. “{agent.name}” stays as it was.", "ok")
    return redirect_to(url_for("agents.show"))


@bp.post("/w/<workspace_slug>/agents/<agent_slug>/switch")
@requires("agents.edit")
def switch(agent_slug: str) -> ResponseReturnValue:
    """Turn the agent on or off."""
    agent = agent_here(agent_slug)
    turn = lifecycle.switch_on if request.form.get("to") == "on" else lifecycle.switch_off
    try:
        with writing() as open_session:
            turn(open_session, agent, by=person())
    except (lifecycle.SwitchRefused, EditRefused) as refused:
        flash(refused.sentence, "bad")
    return redirect_to(url_for("agents.show"))


@bp.post("/w/<workspace_slug>/agents/<agent_slug>/archival")
@requires("agents.edit")
def archive(agent_slug: str) -> ResponseReturnValue:
    """Put the agent away."""
    agent = agent_here(agent_slug)
    callers = listed([f"“{one.name}”" for one in callers_of(session(), agent)])
    try:
        with writing() as open_session:
            lifecycle.archive(open_session, agent, by=person())
    except EditRefused as refused:
        flash(refused.sentence, "bad")
        return redirect_to(url_for("agents.show"))
    flash(f"“{agent.name}” is put away. Its runs and versions are kept.", "ok")
    if callers:
        flash(f"Steps in {callers} still name it: change them, or bring it back.", "info")
    return redirect_to(url_for("agents.show"))


@bp.post("/w/<workspace_slug>/agents/<agent_slug>/return")
@requires("agents.edit")
def bring_back(agent_slug: str) -> ResponseReturnValue:
    """Bring a put-away agent back, switched off."""
    agent = agent_here(agent_slug)
    with writing() as open_session:
        lifecycle.unarchive(open_session, agent, by=person())
    flash(f"“{agent.name}” is back, switched off.", "ok")
    return redirect_to(url_for("agents.show"))


def _is_as_published(agent: Agent, draft: AgentVersion) -> bool:
    """Whether the draft is what runs: the same steps, kind and settings."""
    active = agent.active_version
    if active is None or active.flow_graph_id != draft.flow_graph_id:
        return False
    spec = active.spec_json
    return manner_of(agent) == manner_in(spec) and spec.get("type") == agent.type.value


def _key(name: str) -> uuid.UUID | None:
    typed = request.args.get(name)
    if typed is None:
        return None
    try:
        return uuid.UUID(typed)
    except ValueError:
        abort(404)
