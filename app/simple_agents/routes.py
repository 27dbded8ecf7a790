"""Making a simple agent, changing it on its page, and letting it work."""

from flask import Response, abort, flash, g, request, url_for
from flask.typing import ResponseReturnValue

from app.agents import creation, drafts, lifecycle
from app.agents.drafts import DraftMoved
from app.agents.lifecycle import SwitchRefused
from app.agents.models import Agent
from app.agents.scope import agent_here, person
from app.chats import trials
from app.editor import views_kept
from app.editor.models import EditorView
from app.engine.errors import EditRefused, GraphRefused
from app.simple_agents import going_live, saving, shape, tool_choice
from app.simple_agents.blueprint import bp
from app.simple_agents.forms import SimpleAgentForm
from app.simple_agents.simple_page import Came, simple_page
from app.versions.company import company_of, known_in
from app.versions.publication import PublicationRefused, WideningRefused
from app.web.access import requires
from app.web.htmx import is_htmx, redirect_to
from app.web.pages import page
from app.web.transactions import session, writing

__all__ = ["bp"]

SIMPLE = "/w/<workspace_slug>/agents/<agent_slug>/simple"
TO_MEND = "Mend what is marked below, then it can be published."
CONFIRM = "It will reach further than before. Say yes to each new thing, then press again."


@bp.get("/w/<workspace_slug>/simple-agents/new")
@requires("agents.edit")
def new() -> Response:
    """The form for a new simple agent."""
    form = SimpleAgentForm(formdata=None, data={"name": request.args.get("name", "")[:80]})
    return page("simple_agents/new.html", form=form)


@bp.post("/w/<workspace_slug>/simple-agents")
@requires("agents.edit")
def create() -> ResponseReturnValue:
    """Make it, and go on to its page."""
    form = SimpleAgentForm()
    if not form.is_posted_right():
        return page("simple_agents/new.html", 422, form=form)
    with writing() as open_session:
        g.agent = creation.create(
            open_session,
            g.workspace,
            by=person(),
            name=form.name.data or "",
            graph=shape.first_graph(instructions=form.instructions.data or ""),
        )
    return redirect_to(url_for("simple_agents.show"))


@bp.get(SIMPLE)
@requires("agents.read")
def show(agent_slug: str) -> Response:
    """The page; it remembers that this person uses it."""
    agent = agent_here(agent_slug)
    answer = simple_page(agent)
    kept = views_kept.kept_view(session(), agent, person=person())
    return views_kept.keep_view_after(answer, kept, agent, person=person(), view=EditorView.SIMPLE)


@bp.post(SIMPLE)
@requires("agents.edit")
def save(agent_slug: str) -> ResponseReturnValue:
    """Save what was typed. 409: somebody was faster; 422: it cannot be kept. Words come back."""
    agent = agent_here(agent_slug)
    greeting = _greeting(agent)
    refused = _saved(agent)
    if refused is not None:
        return refused
    if not is_htmx():
        return redirect_to(url_for("simple_agents.show"))
    return simple_page(agent, came=Came(redraws_chat=_is_empty_and_new(agent, greeting)))


@bp.post(f"{SIMPLE}/publication")
@requires("agents.edit")
def publish(agent_slug: str) -> ResponseReturnValue:
    """Save what was typed, publish it when it is new, and switch the agent on."""
    agent = agent_here(agent_slug)
    refused = _saved(agent)
    if refused is not None:
        return refused
    if company_of(session(), agent, drafts.draft_of(session(), agent).flow_graph.graph).others:
        return redirect_to(url_for("versions.publication_form"))  # it offers to publish all
    ticked = frozenset(request.form.getlist("confirmed"))
    try:
        with writing() as open_session:
            going_live.go_live(open_session, agent, by=person(), confirmed=ticked)
    except PublicationRefused:
        return simple_page(agent, 422, Came(refusal=TO_MEND, shows_problems=True))
    except WideningRefused:
        return simple_page(agent, 422, Came(refusal=CONFIRM, asks=True, ticked=ticked))
    except (EditRefused, SwitchRefused) as why:
        return simple_page(agent, 422, Came(refusal=why.sentence))
    flash(f"“{agent.name}” is on. Version {agent.version} answers in chats.", "ok")
    return redirect_to(url_for("simple_agents.show"))


@bp.post(f"{SIMPLE}/switch")
@requires("agents.edit")
def switch_off(agent_slug: str) -> ResponseReturnValue:
    """Switch the agent off; its draft can still be tried."""
    agent = agent_here(agent_slug)
    with writing() as open_session:
        lifecycle.switch_off(open_session, agent, by=person())
    flash(f"“{agent.name}” is off. You can still talk to its draft here.", "ok")
    return redirect_to(url_for("simple_agents.show"))


def _saved(agent: Agent) -> Response | None:
    """Save the form; None when that worked, else the page with the words that came."""
    if "revision" not in request.form:
        abort(400)
    graph = drafts.draft_of(session(), agent).flow_graph.graph
    names = tool_choice.names_in(known_in(session(), agent, company_of(session(), agent, graph)))
    typed = saving.typed_of(shape.read(graph), request.form, names)
    try:
        with writing() as open_session:
            saving.save(open_session, agent, typed, by=person())
    except DraftMoved:
        return simple_page(agent, 409, Came(typed=typed, has_moved=True))
    except (EditRefused, GraphRefused) as refused:
        return simple_page(agent, 422, Came(typed=typed, refusal=refused.sentence))
    fault = typed.name_fault(agent.name) if typed.is_renamed else ""
    return simple_page(agent, 422, Came(typed=typed, name_fault=fault)) if fault else None


def _greeting(agent: Agent) -> tuple[object, ...]:
    """What an empty chat with the draft shows."""
    flow = shape.read(drafts.draft_of(session(), agent).flow_graph.graph)
    words = [flow.start.fields.get(name) for name in shape.OF_START] if flow else []
    return agent.name, agent.icon, *words


def _is_empty_and_new(agent: Agent, greeting: tuple[object, ...]) -> bool:
    is_new = greeting != _greeting(agent)
    return is_new and trials.trial_of(session(), agent, person()) is None
