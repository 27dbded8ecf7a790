"""Pages about connections: the list, a new one, one connection, and what happens to it."""

import uuid
from typing import Any

from flask import Blueprint, Response, abort, flash, g, request, url_for
from flask.typing import ResponseReturnValue

from app.lib.mcp import McpTrouble
from app.vault import (
    connection_check,
    connections,
    directory,
    mailbox,
    mcp_tools,
    ports,
    signing_in,
)
from app.vault.form_choice import FORMS, change_form
from app.vault.forms import CheckForm, NamedForm, SecretForm
from app.vault.mcp_form import MAX_ADDRESS_CHARS
from app.vault.models import Connection
from app.vault.renewal import cause_of
from app.vault.sign_in import SignIn
from app.vault.testing_first import seen_to_work
from app.vault.web_process import authoriser, dialer, door, keyring
from app.web.access import requires
from app.web.htmx import redirect_to
from app.web.pages import page
from app.web.transactions import session, writing

bp = Blueprint("vault", __name__)
MAX_SEARCH_CHARS = 80
_READY = "The connection is ready. Steps can use it now."
_SIGN_IN = "The connection is kept. Sign in, and its tools are read."
_NAME_TAKEN = "Another connection has this name. Choose a different one."
_SECRET_NEEDED = "Type it again: it has not been sent to all of these hosts before."  # noqa: S105  # words on screen


@bp.url_defaults
def _here(_endpoint: str, values: dict[str, Any]) -> None:
    if g.get("workspace") is not None:
        values.setdefault("workspace_slug", g.workspace.slug)


@bp.get("/w/<workspace_slug>/connections", endpoint="connections")
@requires("connections.read")
def index() -> Response:
    """The list, with a search."""
    words = request.args.get("q", "").strip()[:MAX_SEARCH_CHARS]
    found = directory.list_page(
        session(), g.workspace.id, words=words, older_than=request.args.get("older_than", type=_key)
    )
    is_first_page = "older_than" not in request.args
    return page("vault/index.html", found=found, words=words, is_first_page=is_first_page)


@bp.get("/w/<workspace_slug>/connections/new")
@requires("connections.manage")
def new() -> Response:
    """The form for a new connection, for the way to sign in that was chosen."""
    sign_in = _asked_sign_in()
    form = _new_form(sign_in)
    if sign_in is SignIn.MCP:  # a flow that moved in says where its server is
        form["address"].data = request.args.get("address", "")[:MAX_ADDRESS_CHARS] or None
    return page(_place(), form=form, sign_in=sign_in)


@bp.post("/w/<workspace_slug>/connections")
@requires("connections.manage")
def create() -> ResponseReturnValue:
    """Make a connection and seal its secret."""
    sign_in = _asked_sign_in()
    form = _new_form(sign_in)
    if form.is_posted_right() and (wishes := seen_to_work(form)) is not None:
        try:
            with writing() as open_session:
                made = connections.create(
                    open_session,
                    keyring(),
                    workspace=g.workspace,
                    by=_me(),
                    sign_in=sign_in,
                    wishes=wishes,
                )
            if _is_in_dialog():
                return page("vault/_made.html", connection=made)
            return _back_to(made.id, _SIGN_IN if made.signs_in else _READY)
        except connections.NameTaken:
            form.name.errors = [_NAME_TAKEN]
    return page(_place(), 422, form=form, sign_in=sign_in)


@bp.get("/w/<workspace_slug>/connections/<uuid:connection_id>")
@requires("connections.read")
def show(connection_id: uuid.UUID) -> Response:
    """One connection: where it goes, who uses it, and what was found when it was checked."""
    return _page_of(_connection(connection_id))


@bp.get("/w/<workspace_slug>/connections/<uuid:connection_id>/details")
@requires("connections.manage")
def details(connection_id: uuid.UUID) -> Response:
    """The form for name, hosts and the words of the sign-in."""
    connection = _connection(connection_id)
    form = change_form(connection, is_filled=True)
    return page("vault/details.html", connection=connection, form=form)


@bp.post("/w/<workspace_slug>/connections/<uuid:connection_id>/details")
@requires("connections.manage")
def change(connection_id: uuid.UUID) -> ResponseReturnValue:
    """Change a connection. More hosts need the secret again."""
    connection = _connection(connection_id)
    form = change_form(connection)
    if form.is_posted_right() and (wishes := seen_to_work(form, connection)) is not None:
        try:
            with writing() as open_session:
                connections.change(
                    open_session,
                    keyring(),
                    connection=_connection(connection_id),
                    by=_me(),
                    wishes=wishes,
                )
            return _back_to(connection_id, "Saved.")
        except connections.NameTaken:
            form.name.errors = [_NAME_TAKEN]
        except connections.SecretNeeded:
            form["secret"].errors = [_SECRET_NEEDED]
    return page("vault/details.html", 422, connection=_connection(connection_id), form=form)


@bp.post("/w/<workspace_slug>/connections/<uuid:connection_id>/secret")
@requires("secrets.manage")
def replace_secret(connection_id: uuid.UUID) -> ResponseReturnValue:
    """Put a new value in the place of the secret."""
    connection = _connection(connection_id)
    if connection.secret is None or connection.signs_in:
        abort(404)
    form = SecretForm()
    if not form.is_posted_right():
        return _page_of(connection, 422, secret_form=form)
    with writing() as open_session:
        connections.replace_secret(
            open_session,
            keyring(),
            connection=_connection(connection_id),
            by=_me(),
            value=form.secret.data or "",
        )
    return _back_to(connection_id, "The secret is replaced. Runs use the new one from now on.")


@bp.post("/w/<workspace_slug>/connections/<uuid:connection_id>/check")
@requires("connections.manage")
def ask(connection_id: uuid.UUID) -> ResponseReturnValue:
    """Ask one address of the service with this connection, and keep what came back."""
    connection = _connection(connection_id)
    if connection.is_mailbox:
        return _look_into(connection)
    if connection.is_server:
        return _ask_for_tools(connection)
    form = CheckForm()
    if not form.is_posted_right():
        return _page_of(connection, 422, check_form=form)
    session().rollback()  # nothing is held open while another computer is asked
    checked = connection_check.ask(
        door(),
        authoriser(g.workspace.id),
        connection_id=str(connection_id),
        url=form.url.data or "",
    )
    return _noted(connection_id, checked.words, works=checked.works)


@bp.post("/w/<workspace_slug>/connections/<uuid:connection_id>/deletion")
@requires("connections.manage")
def delete(connection_id: uuid.UUID) -> ResponseReturnValue:
    """Delete a connection and its secret."""
    connection = _connection(connection_id)
    name, account = connection.name, signing_in.kept_account(keyring(), connection)
    if account is not None:
        session().rollback()  # nothing is held open while another computer is asked
        signing_in.revoked(door(), account)
    with writing() as open_session:
        connections.delete(open_session, connection=_connection(connection_id), by=_me())
    flash(f"“{name}” and its secret are deleted.", "ok")
    return redirect_to(url_for("vault.connections"))


def _look_into(connection: Connection) -> ResponseReturnValue:
    """Sign in to the mailbox and say what is there."""
    account = mailbox.account(keyring(), connection)
    session().rollback()  # nothing is held open while another computer is asked
    result = account if isinstance(account, str) else mailbox.check(dialer(), account)
    return _noted(connection.id, result)


def _ask_for_tools(connection: Connection) -> ResponseReturnValue:
    """Read the tools of an MCP server again, and say what is other than before."""
    connection_id, before = connection.id, mcp_tools.kept_tools(connection)
    try:
        look = mcp_tools.look_again(door(), authoriser(g.workspace.id), connection)
    except McpTrouble as trouble:
        works = False if cause_of(trouble) else None
        return _noted(connection_id, trouble.sentence, works=works)
    differs = mcp_tools.differences(before, look.tools)
    with writing() as open_session:
        connections.keep_tools(
            open_session,
            connection=_connection(connection_id),
            by=_me(),
            server=look.as_kept,
            result=mcp_tools.told(look.server, look.tools, differs),
        )
    return _back_to(connection_id, differs or "Its tools are the same as before.")


def _noted(
    connection_id: uuid.UUID, result: str, *, works: bool | None = None
) -> ResponseReturnValue:
    with writing() as open_session:
        connections.note_check(
            open_session,
            connection=_connection(connection_id),
            by=_me(),
            result=result,
            works=works,
        )
    return _back_to(connection_id)


def _page_of(
    connection: Connection,
    status: int = 200,
    *,
    secret_form: SecretForm | None = None,
    check_form: CheckForm | None = None,
) -> Response:
    return page(
        "vault/show.html",
        status,
        connection=connection,
        uses=ports.used_by(session(), g.workspace.id, connection.id),
        secret_form=secret_form or SecretForm(formdata=None),
        check_form=check_form or CheckForm(formdata=None),
    )


def _connection(connection_id: uuid.UUID) -> Connection:
    found = directory.by_id(session(), g.workspace.id, connection_id=connection_id)
    if found is None:
        abort(404)
    return found


def _is_in_dialog() -> bool:
    """Whether the connection is made where it is chosen, without leaving the page."""
    return request.args.get("place") == "dialog"


def _new_form(sign_in: SignIn) -> NamedForm:
    # In a dialog it stands beside another form, which has a name, too.
    return FORMS[sign_in](prefix="new-" if _is_in_dialog() else "")


def _place() -> str:
    return "vault/_dialog.html" if _is_in_dialog() else "vault/new.html"


def _asked_sign_in() -> SignIn:
    try:
        return SignIn(request.args.get("sign_in", SignIn.BEARER))
    except ValueError:
        abort(404)


def _back_to(connection_id: uuid.UUID, words: str = "") -> ResponseReturnValue:
    if words:
        flash(words, "ok")
    return redirect_to(url_for("vault.show", connection_id=connection_id))


def _me() -> uuid.UUID:
    me: uuid.UUID = g.member.user_id
    return me


def _key(typed: str) -> uuid.UUID:
    return uuid.UUID(typed)
