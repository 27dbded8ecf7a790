"""What must answer before it is kept: MCP servers. All other connections are kept as they are."""

import uuid
from dataclasses import replace

from app.lib.mcp import McpTrouble
from app.lib.safe_http import HttpRefused
from app.vault.connections import Wishes
from app.vault.forms import NamedForm
from app.vault.mcp_form import McpForm
from app.vault.mcp_tools import look
from app.vault.models import Connection
from app.vault.sign_in import SignIn, credentials
from app.vault.web_process import authoriser, door
from app.web.transactions import session

_SECRET_NEEDED = "Type it again: it has not been sent to this host before."  # noqa: S105  # words


def seen_to_work(form: NamedForm, connection: Connection | None = None) -> Wishes | None:
    """What the person wants, once it was seen to work; None with the reason in the form.

    A secret that is kept already goes to the hosts that it was given for, nowhere else.
    """
    wishes = form.wishes()
    if not isinstance(form, McpForm):
        return wishes
    address = wishes.server["address"]
    is_kept = connection is not None and connection.secret is not None
    connection_id, workspace_id = (
        (connection.id, connection.workspace_id) if connection else (None, None)
    )
    session().rollback()  # nothing is held open while another computer is asked
    try:
        if is_kept and not wishes.secret and connection_id and workspace_id:
            headers = _kept(connection_id, workspace_id, wishes)
        else:
            headers = _headers(wishes.header, wishes.secret)
        found = look(door(), address, secret_headers=headers, hosts=wishes.hosts)
    except HttpRefused:
        form.secret.errors = [_SECRET_NEEDED]
        return None
    except McpTrouble as trouble:
        form.address.errors = [trouble.sentence]
        return None
    return replace(wishes, server={"address": address, **found.as_kept})


def _headers(header: str, secret: str) -> dict[str, str]:
    if not secret:
        return {}
    config = {"sign_in": SignIn.MCP.value, "header": header}
    return dict(credentials(config, secret).headers)


def _kept(connection_id: uuid.UUID, workspace_id: uuid.UUID, wishes: Wishes) -> dict[str, str]:
    """The secret that is set, under the header as it is wanted now."""
    address = wishes.server["address"]
    granted = authoriser(workspace_id).authorise(str(connection_id), url=address)
    return _headers(wishes.header, granted.redactions[0])
