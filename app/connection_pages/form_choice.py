"""Which form belongs to which way to sign in."""

from wtforms.validators import Optional

from app.connection_pages.forms import (
    BasicForm,
    BearerForm,
    HeaderForm,
    NamedForm,
    OpenForm,
    QueryForm,
)
from app.connection_pages.mailbox_form import MailboxForm
from app.connection_pages.mcp_form import McpForm
from app.vault.models import Connection
from app.vault.sign_in import SignIn

FORMS: dict[SignIn, type[NamedForm]] = {
    SignIn.BEARER: BearerForm,
    SignIn.BASIC: BasicForm,
    SignIn.HEADER: HeaderForm,
    SignIn.QUERY: QueryForm,
    SignIn.NONE: OpenForm,
    SignIn.MAILBOX: MailboxForm,
    SignIn.MCP: McpForm,
}


def change_form(connection: Connection, *, is_filled: bool = False) -> NamedForm:
    """The form for a connection that exists: its secret may be left out.

    With `is_filled` it carries what is set now, but for the secret.
    """
    words = connection.config_json | {
        "name": connection.name,
        "hosts": "\n".join(connection.hosts),
    }
    form = FORMS[connection.sign_in](data=words if is_filled else None)
    if "secret" in form:
        form["secret"].validators = [Optional(), *form["secret"].validators[1:]]
        form["secret"].flags.required = False
    return form
