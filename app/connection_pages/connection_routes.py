"""One connection: its page, what is changed about it, and its end."""

import uuid

from flask import Response, abort, flash, url_for
from flask.typing import ResponseReturnValue

from app.connection_pages.blueprint import bp
from app.connection_pages.form_choice import change_form
from app.connection_pages.forms import NAME_TAKEN, SecretForm
from app.connection_pages.showing import back_to, connection_here, me, page_of
from app.vault import connections, signing_in
from app.vault.server_account import Account
from app.vault.web_process import door, keyring
from app.web.access import requires
from app.web.htmx import redirect_to
from app.web.pages import page
from app.web.transactions import session, writing

_SECRET_NEEDED = "Type it again: it has not been sent there before."  # noqa: S105  # words on screen


@bp.get("/w/<workspace_slug>/connections/<uuid:connection_id>")
@requires("connections.read")
def show(connection_id: uuid.UUID) -> Response:
    """One connection: where it goes, who uses it, and what was found when it was checked."""
    return page_of(connection_here(connection_id))


@bp.get("/w/<workspace_slug>/connections/<uuid:connection_id>/details")
@requires("connections.manage")
def details(connection_id: uuid.UUID) -> Response:
    """The form for name, hosts and the words of the sign-in."""
    connection = connection_here(connection_id)
    form = change_form(connection, is_filled=True)
    return page("connections/details.html", connection=connection, form=form)


@bp.post("/w/<workspace_slug>/connections/<uuid:connection_id>/details")
@requires("connections.manage")
def change(connection_id: uuid.UUID) -> ResponseReturnValue:
    """Change a connection. More hosts need the secret again."""
    connection = connection_here(connection_id)
    account = signing_in.kept_account(keyring(), connection)
    form = change_form(connection)
    if form.is_posted_right():
        try:
            with writing() as open_session:
                connections.change(
                    open_session,
                    keyring(),
                    connection=connection_here(connection_id),
                    by=me(),
                    wishes=form.wishes(),
                )
            has_gone = signing_in.kept_account(keyring(), connection_here(connection_id)) is None
            words = _revoked(account) if has_gone else ""
            return back_to(connection_id, f"Saved. {words}".strip())
        except connections.NameTaken:
            form.name.errors = [NAME_TAKEN]
        except connections.SecretNeeded:
            form["secret"].errors = [_SECRET_NEEDED]
    return page(
        "connections/details.html", 422, connection=connection_here(connection_id), form=form
    )


@bp.post("/w/<workspace_slug>/connections/<uuid:connection_id>/secret")
@requires("secrets.manage")
def replace_secret(connection_id: uuid.UUID) -> ResponseReturnValue:
    """Put a new value in the place of the secret."""
    connection = connection_here(connection_id)
    if connection.secret is None or connection.signs_in:
        abort(404)
    form = SecretForm()
    if not form.is_posted_right():
        return page_of(connection, 422, secret_form=form)
    with writing() as open_session:
        connections.replace_secret(
            open_session,
            keyring(),
            connection=connection_here(connection_id),
            by=me(),
            value=form.secret.data or "",
        )
    return back_to(connection_id, "The secret is replaced. Runs use the new one from now on.")


@bp.post("/w/<workspace_slug>/connections/<uuid:connection_id>/deletion")
@requires("connections.manage")
def delete(connection_id: uuid.UUID) -> ResponseReturnValue:
    """Delete a connection and its secret."""
    connection = connection_here(connection_id)
    name, account = connection.name, signing_in.kept_account(keyring(), connection)
    with writing() as open_session:
        connections.delete(open_session, connection=connection_here(connection_id), by=me())
    flash(f"“{name}” is deleted. {_revoked(account)}".strip(), "ok")
    return redirect_to(url_for("connections.index"))


def _revoked(account: Account | None) -> str:
    """Tell the server that a sign-in is over which is forgotten here; words where it did not go."""
    session().rollback()  # nothing is held open while another computer is asked
    if account is None or signing_in.revoked(door(), account):
        return ""
    return "The server was not told that the sign-in is over: end it in your account there, too."
