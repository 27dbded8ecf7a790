"""Publishing the draft on the page of the versions."""

from flask import Response, abort, flash, request, url_for
from flask.typing import ResponseReturnValue

from app.agents import lifecycle
from app.agents.drafts import DraftMoved
from app.agents.scope import agent_here, person
from app.engine.errors import EditRefused
from app.versions import publication
from app.versions.blueprint import AGENT, bp
from app.versions.forms import PublicationForm
from app.versions.history_page import history_page
from app.versions.publication import PublicationRefused, WideningRefused
from app.web.access import requires
from app.web.htmx import redirect_to
from app.web.transactions import writing

NOT_CONFIRMED = "Say yes to each new thing that it can touch, or take it out of the steps first."


@bp.get(f"{AGENT}/publication")
@requires("agents.edit")
def publication_form(agent_slug: str) -> Response:
    """What would be published: the draft beside the live version."""
    return history_page(agent_here(agent_slug))


@bp.post(f"{AGENT}/publication")
@requires("agents.edit")
def publish(agent_slug: str) -> ResponseReturnValue:
    """Freeze the draft as the new active version."""
    agent = agent_here(agent_slug)
    form = PublicationForm()
    ticked = frozenset(request.form.getlist("confirmed"))
    if not form.is_posted_right():
        return history_page(agent, status=422, form=form, ticked=ticked)
    is_first = not agent.is_published
    try:
        with writing() as open_session:
            version = publication.publish(
                open_session,
                agent,
                by=person(),
                expected_revision=revision_here(),
                note=form.note.data or "",
                version=form.version.data or "",
                confirmed=ticked,
            )
            if is_first and request.form.get("switch_on"):
                lifecycle.switch_on(open_session, agent, by=person())
    except DraftMoved:
        return history_page(agent, status=409, form=form, has_moved=True)
    except PublicationRefused:
        return history_page(agent, status=422, form=form, ticked=ticked)
    except WideningRefused:
        return history_page(agent, status=422, form=form, ticked=ticked, refusal=NOT_CONFIRMED)
    except EditRefused as refused:
        return history_page(agent, status=422, form=form, ticked=ticked, refusal=refused.sentence)
    flash(f"Version {version.version} is published.", "ok")
    return redirect_to(url_for("agents.show"))


def revision_here() -> int:
    """The revision of the draft that the page was made from."""
    revision = request.form.get("revision", type=int)
    if revision is None:
        abort(400)
    return revision
