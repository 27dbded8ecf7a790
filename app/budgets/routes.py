"""Pages about budgets: all of them, and those of the workspace, of an agent, of a chat."""

import uuid

from flask import Response, abort, flash, g, url_for
from flask.typing import ResponseReturnValue

from app.agents.models import Agent, AgentVersion
from app.agents.scope import agent_here
from app.budgets import directory, estimates, ports, setting
from app.budgets.blueprint import bp
from app.budgets.estimates import Estimate
from app.budgets.forms import BudgetForm
from app.budgets.models import Scope
from app.budgets.setting import Subject
from app.budgets.words import Named
from app.engine.graph import Graph
from app.language_models import costs
from app.language_models.usage import Spent
from app.web.access import requires
from app.web.htmx import redirect_to
from app.web.pages import page
from app.web.transactions import session, writing

__all__ = ["bp"]


@bp.get("/w/<workspace_slug>/budgets")
@requires("runs.read")
def index() -> Response:
    """All budgets that this person may know of."""
    shown = directory.all_shown(session(), g.workspace, person_id=g.member.user_id)
    return page("budgets/index.html", shown=shown)


@bp.get("/w/<workspace_slug>/budgets/workspace")
@requires("workspace.manage")
def of_workspace() -> Response:
    """The form for the whole workspace."""
    return _form_page(_workspace())


@bp.post("/w/<workspace_slug>/budgets/workspace")
@requires("workspace.manage")
def set_of_workspace() -> ResponseReturnValue:
    """Set them."""
    return _set(_workspace(), url_for("budgets.index"))


@bp.get("/w/<workspace_slug>/agents/<agent_slug>/budget")
@requires("agents.edit")
def of_agent(agent_slug: str) -> Response:
    """The form for one agent."""
    return _form_page(_agent(agent_slug))


@bp.post("/w/<workspace_slug>/agents/<agent_slug>/budget")
@requires("agents.edit")
def set_of_agent(agent_slug: str) -> ResponseReturnValue:
    """Set them."""
    return _set(_agent(agent_slug), url_for("agents.show", agent_slug=agent_slug))


@bp.get("/w/<workspace_slug>/chats/<uuid:chat_id>/budget")
@requires("runs.read")
def of_chat(chat_id: uuid.UUID) -> Response:
    """The form for one chat of one's own."""
    return _form_page(_chat(chat_id))


@bp.post("/w/<workspace_slug>/chats/<uuid:chat_id>/budget")
@requires("runs.read")
def set_of_chat(chat_id: uuid.UUID) -> ResponseReturnValue:
    """Set them."""
    return _set(_chat(chat_id), url_for("chats.details", chat_id=chat_id))


def _workspace() -> Subject:
    return Subject(Scope.WORKSPACE, g.workspace.id, Named(Scope.WORKSPACE, ""))


def _agent(slug: str) -> Subject:
    agent = agent_here(slug)
    return Subject(Scope.AGENT, agent.id, Named(Scope.AGENT, agent.name))


def _chat(chat_id: uuid.UUID) -> Subject:
    """A chat of this person; 404 for those of others, so that nobody learns of them."""
    chat = ports.chats(session(), g.workspace.id, frozenset((chat_id,))).get(chat_id)
    if chat is None or chat.owner_id != g.member.user_id:
        abort(404)
    return Subject(Scope.CHAT, chat_id, Named(Scope.CHAT, chat.title, chat.owner_name))


def _set(subject: Subject, then: str) -> ResponseReturnValue:
    form = BudgetForm()
    if not form.is_posted_right():
        return _form_page(subject, 422, form=form)
    with writing() as open_session:
        setting.set_limits(open_session, g.workspace, subject, form.wishes(), by=g.member.user_id)
    flash("Saved.", "ok")
    return redirect_to(then)


def _form_page(subject: Subject, status: int = 200, *, form: BudgetForm | None = None) -> Response:
    known = setting.of_subject(session(), g.workspace.id, subject.id)
    return page(
        "budgets/form.html",
        status,
        subject=subject,
        shown=directory.shown_of(session(), g.workspace, (subject.id,)),
        form=form or BudgetForm.filled(known),
        timezone=g.workspace.timezone,
    )


@bp.app_template_global()
def estimate_of(agent: Agent, version: AgentVersion, graph: Graph) -> Estimate | None:
    """What a run may cost, for the pages on which runs are started."""
    return estimates.estimate(session(), g.workspace, agent, version, graph)


@bp.app_template_global()
def chat_cost_of(chat_id: uuid.UUID) -> Spent:
    """What a chat came to, for its details."""
    return costs.of_chat(session(), g.workspace.id, chat_id)


@bp.app_template_global()
def budgets_of(*subjects: uuid.UUID) -> list[directory.Shown]:
    """The budgets of an agent or a chat, for a page of another room."""
    return directory.shown_of(session(), g.workspace, subjects)
