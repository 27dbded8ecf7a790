"""What people of the workspace see of a form page: its address, for whom it is, if it is open."""

from flask import Blueprint, Response, flash, url_for
from flask.typing import ResponseReturnValue

from app.agents.addresses import stay_here
from app.nodes.start_form import StartForm
from app.triggers import addresses
from app.triggers.start_scope import Place, person, place_here, public_url, trigger_here
from app.web.access import requires
from app.web.htmx import redirect_to
from app.web.pages import page
from app.web.transactions import writing
from app.workspaces.addresses import works_here_only

bp = Blueprint("form_places", __name__)
bp.url_defaults(stay_here)
HERE = "/w/<workspace_slug>/agents/<agent_slug>/forms/<node_id>"


@bp.get(HERE)
@requires("runs.read")
def show(agent_slug: str, node_id: str) -> Response:
    """The address of the form and how it stands."""
    place = _place(agent_slug, node_id)
    trigger = place.trigger
    return page(
        "triggers/form.html",
        place=place,
        agent=place.agent,
        audience=place.fields.get("page", "none"),
        address=f"{public_url()}/forms/{trigger.token}" if trigger else "",
        works_here_only=works_here_only(public_url()),
    )


@bp.post(f"{HERE}/address")
@requires("agents.edit")
def address(agent_slug: str, node_id: str) -> ResponseReturnValue:
    """Another address; the one before leads nowhere from now on."""
    trigger = trigger_here(_place(agent_slug, node_id))
    with writing() as open_session:
        addresses.renew(open_session, trigger, by=person())
    flash("This is the new address of the form.", "ok")
    return redirect_to(url_for("form_places.show", node_id=node_id))


def _place(agent_slug: str, node_id: str) -> Place:
    return place_here(agent_slug, node_id, StartForm.type)
