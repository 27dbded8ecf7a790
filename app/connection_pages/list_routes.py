"""The list of connections, and a new one."""

import uuid

from flask import Response, abort, g, request
from flask.typing import ResponseReturnValue

from app.connection_pages.blueprint import bp
from app.connection_pages.form_choice import FORMS
from app.connection_pages.forms import NAME_TAKEN, NamedForm
from app.connection_pages.mcp_form import MAX_ADDRESS_CHARS
from app.connection_pages.showing import back_to, me
from app.vault import connections, directory
from app.vault.sign_in import SignIn
from app.vault.web_process import keyring
from app.web.access import requires
from app.web.pages import page
from app.web.transactions import session, writing

MAX_SEARCH_CHARS = 80
_READY = "The connection is ready. Steps can use it now."
_MADE = "The connection is made."


@bp.get("/w/<workspace_slug>/connections")
@requires("connections.read")
def index() -> Response:
    """The list, with a search."""
    words = request.args.get("q", "").strip()[:MAX_SEARCH_CHARS]
    found = directory.list_page(
        session(), g.workspace.id, words=words, older_than=request.args.get("older_than", type=_key)
    )
    is_first_page = "older_than" not in request.args
    return page("connections/index.html", found=found, words=words, is_first_page=is_first_page)


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
    if form.is_posted_right():
        try:
            with writing() as open_session:
                made = connections.create(
                    open_session,
                    keyring(),
                    workspace=g.workspace,
                    by=me(),
                    sign_in=sign_in,
                    wishes=form.wishes(),
                )
            if _is_in_dialog():
                return page("connections/_made.html", connection=made)
            return back_to(made.id, _MADE if made.is_server else _READY)
        except connections.NameTaken:
            form.name.errors = [NAME_TAKEN]
    return page(_place(), 422, form=form, sign_in=sign_in)


def _is_in_dialog() -> bool:
    """Whether the connection is made where it is chosen, without leaving the page."""
    return request.args.get("place") == "dialog"


def _new_form(sign_in: SignIn) -> NamedForm:
    # In a dialog it stands beside another form, which has a name, too.
    return FORMS[sign_in](prefix="new-" if _is_in_dialog() else "")


def _place() -> str:
    return "connections/_dialog.html" if _is_in_dialog() else "connections/new.html"


def _asked_sign_in() -> SignIn:
    try:
        return SignIn(request.args.get("sign_in", SignIn.BEARER))
    except ValueError:
        abort(404)


def _key(typed: str) -> uuid.UUID:
    return uuid.UUID(typed)
