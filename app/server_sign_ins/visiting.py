"""Who is at a page of a sign-in, and for which connection."""

import uuid

from flask import abort, g
from flask_login import current_user

from app.server_sign_ins.begun import Visitor
from app.vault import directory
from app.vault.models import Connection
from app.web.transactions import session


def visitor() -> Visitor:
    """The person, on the device that this request came from."""
    return Visitor(current_user.id, g.login.id)


def connection_here(connection_id: uuid.UUID) -> Connection:
    """The connection of this workspace, if people sign in for it; else nothing is found."""
    found = directory.by_id(session(), g.workspace.id, connection_id=connection_id)
    if found is None or not found.signs_in:
        abort(404)
    return found
