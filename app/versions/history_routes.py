"""The versions of an agent: the draft and each of them beside another, and the way back."""

from flask import Response, flash, url_for
from flask.typing import ResponseReturnValue

from app.agents import drafts
from app.agents.drafts import DraftMoved
from app.agents.scope import agent_here, person
from app.engine.errors import EditRefused
from app.versions.blueprint import AGENT, bp
from app.versions.history_page import history_page
from app.versions.publication_routes import revision_here
from app.versions.sides import side_here
from app.web.access import requires
from app.web.htmx import redirect_to
from app.web.transactions import writing


@bp.get(f"{AGENT}/versions")
@requires("agents.read")
def index(agent_slug: str) -> Response:
    """Every version, and the draft beside the one that is live."""
    return history_page(agent_here(agent_slug))


@bp.get(f"{AGENT}/versions/<int:number>")
@requires("agents.read")
def show(agent_slug: str, number: int) -> Response:
    """One version beside the one before, or beside the one that `?with=` names."""
    agent = agent_here(agent_slug)
    return history_page(agent, side_here(agent, str(number)))


@bp.post(f"{AGENT}/versions/<int:number>/draft")
@requires("agents.edit")
def restore(agent_slug: str, number: int) -> ResponseReturnValue:
    """Put the steps of this version into the draft."""
    agent = agent_here(agent_slug)
    earlier = side_here(agent, str(number)).row
    try:
        with writing() as open_session:
            drafts.bring_back(
                open_session,
                agent,
                version=earlier,
                by=person(),
                expected_revision=revision_here(),
            )
    except DraftMoved:
        flash("Somebody changed the draft meanwhile. Look at it first, then try again.", "bad")
        return redirect_to(url_for("versions.index"))
    except EditRefused as refused:
        flash(refused.sentence, "bad")
        return redirect_to(url_for("versions.index"))
    flash(f"The draft now has the steps of version {earlier.version}.", "ok")
    return redirect_to(url_for("editor.enter"))
