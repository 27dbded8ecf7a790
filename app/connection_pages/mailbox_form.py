"""The form of a mailbox that agents watch."""

import re

from wtforms import IntegerField, SelectField, StringField
from wtforms.validators import InputRequired, ValidationError

from app.connection_pages.forms import NamedForm
from app.lib.safe_http import HostPattern, HttpRefused
from app.vault.connections import Wishes
from app.vault.secret_field import one_line, secret_field
from app.web.forms import at_most, required, tidy

DEFAULT_PORT = 993
MOST_PORT = 65_535
MAX_FOLDER_CHARS = 200
ENCRYPTION = {
    "tls": "TLS, from the start",
    "starttls": "STARTTLS",
    "none": "None: only for a server of your own",
}
_NOT_A_NAME = re.compile(r"[*/\s]|:\d+$")


class MailboxForm(NamedForm):
    """A mailbox on an IMAP server. The password is bound to that one host and port."""

    host = StringField(
        "IMAP server",
        description="The mail provider's manual names it, such as imap.example.com.",
        filters=[tidy],
        validators=[required("Name the server, such as imap.example.com."), at_most(253)],
        render_kw={"spellcheck": "false", "autocomplete": "off"},
    )
    encryption = SelectField("Encryption", choices=ENCRYPTION, default="tls")
    port = IntegerField(
        "Port",
        default=DEFAULT_PORT,
        description="993 with TLS, 143 with STARTTLS, unless the manual says otherwise.",
        validators=[InputRequired("A port is a number from 1 to 65535.")],
    )
    username = StringField(
        "User name",
        description="Often the e-mail address.",
        validators=[required("Fill in the user name."), at_most(200), one_line],
        render_kw={"autocomplete": "off"},
    )
    secret = secret_field("Password")
    folder = StringField(
        "Folder",
        default="INBOX",
        description="INBOX is where new messages arrive.",
        filters=[tidy],
        validators=[
            required("Name the folder, such as INBOX."),
            at_most(MAX_FOLDER_CHARS),
            one_line,
        ],
    )

    def validate_port(self, field: IntegerField) -> None:
        """A port's number."""
        if not 1 <= (field.data or 0) <= MOST_PORT:
            field.errors = []  # without what WTForms says of a word that is no number
            raise ValidationError(f"A port is a number from 1 to {MOST_PORT}.")

    def validate_host(self, field: StringField) -> None:
        """A host's name or address, and nothing more."""
        if _NOT_A_NAME.search(field.data or ""):
            raise ValidationError("Write the server's name alone; the port has its own field.")
        try:
            HostPattern.parse(field.data or "")
        except HttpRefused as refused:
            raise ValidationError(refused.sentence) from refused

    def wishes(self) -> Wishes:
        """The host and port are what the password is bound to."""
        host, port = (self.host.data or "").lower(), self.port.data or DEFAULT_PORT
        return Wishes(
            name=self.name.data or "",
            hosts=(str(HostPattern.parse(f"{host}:{port}")),),
            username=self.username.data or "",
            secret=self.secret.data or "",
            mailbox={
                "host": host,
                "port": port,
                "encryption": self.encryption.data,
                "folder": self.folder.data or "INBOX",
            },
        )
