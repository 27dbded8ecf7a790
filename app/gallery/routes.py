"""The examples, and adding one to the workspace."""

from flask import Blueprint, Response, abort, flash, g, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app.gallery import adding, beginning
from app.gallery import examples as catalogue
from app.web.access import requires
from app.web.htmx import redirect_to
from app.web.pages import page
from app.web.transactions import writing

bp = Blueprint("gallery", __name__)


@bp.get("/w/<workspace_slug>/examples")
@requires("agents.edit")
def examples() -> Response:
    """All examples."""
    return page("gallery/examples.html", examples=catalogue.all_examples())


@bp.post("/w/<workspace_slug>/examples")
@requires("agents.edit")
def add() -> ResponseReturnValue:
    """A copy of one example, as an agent of this workspace."""
    example = catalogue.by_key(request.form.get("example", "")) or abort(404)
    with writing() as session:
        agent = adding.add(session, g.workspace, example, by=current_user)
        slug = agent.slug
        can_talk = beginning.is_talked_to(example) and beginning.switch_on(
            session, agent, by=current_user
        )
    if can_talk:
        return redirect_to(url_for("chats.new", workspace_slug=g.workspace.slug, agent_slug=slug))
    flash(f"“{example.name}” is yours now. Run it, or change its steps.")
    return redirect_to(url_for("agents.show", workspace_slug=g.workspace.slug, agent_slug=slug))
