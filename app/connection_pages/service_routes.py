"""Asking the service of a connection something: an address, its tools, or its mailbox."""

import uuid

from flask import g
from flask.typing import ResponseReturnValue

from app.connection_pages import service_check
from app.connection_pages.blueprint import bp
from app.connection_pages.forms import CheckForm
from app.connection_pages.showing import back_to, connection_here, me, page_of
from app.vault import connections, mailbox
from app.vault.models import Connection
from app.vault.web_process import authoriser, dialer, door, keyring
from app.web.access import requires
from app.web.htmx import nothing_new
from app.web.transactions import session, writing


@bp.post("/w/<workspace_slug>/connections/<uuid:connection_id>/check")
@requires("connections.manage")
def ask(connection_id: uuid.UUID) -> ResponseReturnValue:
    """Ask one address of the service with this connection, and keep what came back."""
    connection = connection_here(connection_id)
    if connection.is_mailbox:
        return _look_into(connection)
    if connection.is_server:
        return _ask_for_tools(connection_id)
    form = CheckForm()
    if not form.is_posted_right():
        return page_of(connection, 422, check_form=form)
    session().rollback()  # nothing is held open while another computer is asked
    checked = service_check.ask(
        door(),
        authoriser(g.workspace.id),
        connection_id=str(connection_id),
        url=form.url.data or "",
    )
    return _noted(connection_id, checked.words, works=checked.works)


@bp.get("/w/<workspace_slug>/connections/<uuid:connection_id>/tools")
@requires("connections.read")
def asked(connection_id: uuid.UUID) -> ResponseReturnValue:
    """The page of an MCP server once it has answered; nothing new until then."""
    connection = connection_here(connection_id)
    return nothing_new() if connection.tools_wanted_since else page_of(connection)


def _look_into(connection: Connection) -> ResponseReturnValue:
    """Sign in to the mailbox and say what is there."""
    account = mailbox.account(keyring(), connection)
    session().rollback()  # nothing is held open while another computer is asked
    result = account if isinstance(account, str) else mailbox.check(dialer(), account)
    return _noted(connection.id, result)


def _ask_for_tools(connection_id: uuid.UUID) -> ResponseReturnValue:
    """Have a worker read the tools of an MCP server again; its page shows what came of it."""
    with writing() as open_session:
        connections.ask_for_tools(open_session, connection=connection_here(connection_id), by=me())
    return back_to(connection_id)


def _noted(
    connection_id: uuid.UUID, result: str, *, works: bool | None = None
) -> ResponseReturnValue:
    with writing() as open_session:
        connections.note_check(
            open_session,
            connection=connection_here(connection_id),
            by=me(),
            result=result,
            works=works,
        )
    return back_to(connection_id)
