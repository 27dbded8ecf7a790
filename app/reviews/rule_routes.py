"""The switch “Publishing needs a second person” on the page of the workspace's settings."""

from flask import flash, g, request, url_for
from flask.typing import ResponseReturnValue

from app.engine.errors import EditRefused
from app.reviews import rule
from app.reviews.blueprint import bp
from app.web.access import requires
from app.web.htmx import redirect_to
from app.web.transactions import writing


@bp.post("/w/<workspace_slug>/settings/second-person")
@requires("workspace.manage")
def second_person() -> ResponseReturnValue:
    """Switch it on or off."""
    on = request.form.get("second_person") == "yes"
    try:
        with writing() as open_session:
            rule.switch(open_session, g.workspace, on=on, by=g.member)
    except EditRefused as refused:
        flash(refused.sentence, "bad")
    else:
        said = (
            "From now on publishing needs a second person." if on else "Whoever builds publishes."
        )
        flash(said, "ok")
    return redirect_to(url_for("workspaces.settings", workspace_slug=g.workspace.slug))
