"""The settings of an agent: what it is called and what calls it at once, how it works later."""

from flask import Response, flash, g, url_for
from flask.typing import ResponseReturnValue

from app.agents import lifecycle, settings
from app.agents.blueprint import bp
from app.agents.forms import DetailsForm, MannerForm
from app.agents.looks import offered
from app.agents.manner import Manner, manner_of
from app.agents.models import Agent
from app.agents.scope import agent_here, person
from app.agents.type_words import TYPE_WORDS
from app.engine.errors import EditRefused
from app.language_models import directory as language_models
from app.web.access import requires
from app.web.htmx import redirect_to
from app.web.pages import page
from app.web.transactions import session, writing

AGENT = "/w/<workspace_slug>/agents/<agent_slug>"


@bp.get(f"{AGENT}/details")
@requires("agents.edit")
def details(agent_slug: str) -> Response:
    """Both forms: what counts at once, and what counts from the next version on."""
    return _settings_page(agent_here(agent_slug))


@bp.post(f"{AGENT}/details")
@requires("agents.edit")
def describe(agent_slug: str) -> ResponseReturnValue:
    """Change name, description, command and how many runs may go at a time."""
    agent = agent_here(agent_slug)
    form = DetailsForm()
    if not form.is_posted_right():
        return _settings_page(agent, 422, form=form)
    try:
        with writing() as open_session:
            lifecycle.describe(
                open_session,
                agent,
                by=person(),
                name=form.name.data or "",
                description=form.description.data or "",
                max_parallel=form.max_parallel.data,
                icon=form.icon.data or "",
            )
            settings.set_command(open_session, agent, by=person(), command=form.command.data or "")
    except EditRefused as refused:
        form.command.errors = [refused.sentence]
        return _settings_page(agent, 422, form=form)
    flash("Saved.", "ok")
    return redirect_to(url_for("agents.show"))


@bp.post(f"{AGENT}/manner")
@requires("agents.edit")
def change_manner(agent_slug: str) -> ResponseReturnValue:
    """Change what kind of agent the draft is and how it works."""
    agent = agent_here(agent_slug)
    form = _offering(MannerForm(), agent)
    if not form.is_posted_right():
        return _settings_page(agent, 422, manner=form)
    how = Manner(
        system_message=form.system_message.data or "",
        model=form.model.data or "",
        timezone=form.timezone.data or "",
        language=form.language.data or "",
    )
    try:
        with writing() as open_session:
            settings.set_manner(open_session, agent, by=person(), type_=form.type.data, how=how)
    except EditRefused as refused:
        flash(refused.sentence, "bad")
        return redirect_to(url_for("agents.details"))
    flash("Saved in the draft. Publish it, and runs go by it.", "ok")
    return redirect_to(url_for("agents.show"))


def _settings_page(
    agent: Agent,
    status: int = 200,
    *,
    form: DetailsForm | None = None,
    manner: MannerForm | None = None,
) -> Response:
    return page(
        "agents/details.html",
        status,
        agent=agent,
        form=form or DetailsForm(formdata=None, obj=agent),
        manner=manner or _offering(_filled(agent), agent),
        type_words=TYPE_WORDS[agent.type],
        pictures=offered(agent.icon),
    )


def _filled(agent: Agent) -> MannerForm:
    how = manner_of(agent)
    return MannerForm(
        formdata=None,
        type=agent.type,
        system_message=how.system_message,
        model=how.model,
        language=how.language,
        timezone=how.timezone,
    )


def _offering(form: MannerForm, agent: Agent) -> MannerForm:
    models = language_models.names_to_choose(session(), g.workspace.id)
    return form.offer(agent, models, workspace_zone=g.workspace.timezone)
