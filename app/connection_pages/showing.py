"""What the pages of connections have in common: finding one, showing it, and going back to it."""

import uuid

from flask import Response, abort, flash, g, url_for
from flask.typing import ResponseReturnValue

from app.connection_pages.forms import CheckForm, SecretForm
from app.vault import directory, ports
from app.vault.models import Connection
from app.vault.person_needed import on_its_page
from app.web.htmx import redirect_to
from app.web.pages import page
from app.web.transactions import session


def page_of(
    connection: Connection,
    status: int = 200,
    *,
    secret_form: SecretForm | None = None,
    check_form: CheckForm | None = None,
) -> Response:
    """The page of one connection."""
    return page(
        "connections/show.html",
        status,
        connection=connection,
        result=on_its_page(connection.last_result),
        refusal=on_its_page(connection.last_error),
        uses=ports.used_by(session(), g.workspace.id, connection.id),
        secret_form=secret_form or SecretForm(formdata=None),
        check_form=check_form or CheckForm(formdata=None),
    )


def connection_here(connection_id: uuid.UUID) -> Connection:
    """The connection of this workspace; else nothing is found."""
    found = directory.by_id(session(), g.workspace.id, connection_id=connection_id)
    if found is None:
        abort(404)
    return found


def back_to(connection_id: uuid.UUID, words: str = "") -> ResponseReturnValue:
    """To its page, with these words for the person."""
    if words:
        flash(words, "ok")
    return redirect_to(url_for("connections.show", connection_id=connection_id))


def me() -> uuid.UUID:
    """Whose request this is."""
    mine: uuid.UUID = g.member.user_id
    return mine
