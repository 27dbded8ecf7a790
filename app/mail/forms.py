"""The forms of the mail room. A password can be typed in; no form ever carries one out."""

import re

from wtforms import IntegerField, PasswordField, RadioField, StringField
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from app.lib.safe_http import HttpRefused
from app.lib.safe_http.hosts import normal_host
from app.mail import addresses
from app.mail.addresses import AddressRefused
from app.mail.models import Encryption, MailServer
from app.mail.servers import Wishes
from app.web.forms import Form, at_most, required, tidy

MAX_PASSWORD_CHARS = 1_000
ENCRYPTIONS = {
    Encryption.STARTTLS.value: "STARTTLS: begins in the clear and steps up, usually port 587",
    Encryption.TLS.value: "TLS from the start: usually port 465",
    Encryption.NONE.value: "None: only for a server inside your own network",
}
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


class ServerForm(Form):
    """Where mail goes out, and as whom."""

    host = StringField(
        "Server",
        description="The name of the outgoing (SMTP) server, such as smtp.gmail.com.",
        filters=[tidy],
        validators=[required("Fill in the name of the server."), at_most(253)],
        render_kw={"autocomplete": "off", "spellcheck": "false", "placeholder": "smtp.example.com"},
    )
    port = IntegerField(
        "Port",
        default=587,
        validators=[InputRequired("Fill in the port, usually 587.")],
        render_kw={"inputmode": "numeric"},
    )
    encryption = RadioField("Encryption", choices=ENCRYPTIONS, default=Encryption.STARTTLS.value)
    username = StringField(
        "User name",
        description="Often the whole mail address. Leave it empty if the server asks for none.",
        filters=[tidy],
        validators=[at_most(254)],
        render_kw={"autocomplete": "off", "spellcheck": "false"},
    )
    password = PasswordField(
        "Password",
        validators=[
            Optional(),
            Length(max=MAX_PASSWORD_CHARS, message="That is too long for a password."),
        ],
        render_kw={"autocomplete": "new-password"},
    )
    from_address = StringField(
        "Mail comes from",
        description="An address that this server lets you send from.",
        filters=[tidy],
        validators=[required("Fill in the address mail comes from.")],
        render_kw={"inputmode": "email", "autocomplete": "off", "placeholder": "lamp@example.com"},
    )
    from_name = StringField(
        "Name of the sender",
        filters=[tidy],
        validators=[at_most(120)],
        render_kw={"autocomplete": "off"},
    )

    def validate_host(self, field: StringField) -> None:
        """A name or address, in its one spelling."""
        try:
            field.data = normal_host(field.data or "")
        except HttpRefused as refused:
            raise ValidationError(refused.sentence) from refused

    def validate_port(self, field: IntegerField) -> None:
        """A port."""
        if not 0 < (field.data or 0) <= 65_535:
            field.errors = []  # without what WTForms says of a word that is no number
            raise ValidationError("A port is a number from 1 to 65535, usually 587 or 465.")

    def validate_from_address(self, field: StringField) -> None:
        """One address."""
        try:
            field.data = addresses.address(field.data or "")
        except AddressRefused as refused:
            raise ValidationError(refused.sentence) from refused

    def validate_password(self, field: PasswordField) -> None:
        """One line."""
        if _CONTROL.search(field.data or ""):
            raise ValidationError("It must be one line. Paste it again without line breaks.")

    def validate_username(self, field: StringField) -> None:
        """One line; a password needs a name beside it."""
        if _CONTROL.search(field.data or ""):
            raise ValidationError("It must be one line.")
        if self.password.data and not field.data:
            raise ValidationError("Fill in the user name that goes with the password.")

    def wishes(self) -> Wishes:
        """What the person wants; after the form was found right."""
        return Wishes(
            host=self.host.data or "",
            port=self.port.data or 0,
            encryption=Encryption(self.encryption.data),
            username=self.username.data or "",
            password=self.password.data or "",
            from_address=self.from_address.data or "",
            from_name=self.from_name.data or "",
        )


def form_of(row: MailServer | None) -> ServerForm:
    """The form, with what is set now but for the password."""
    if row is None:
        return ServerForm(formdata=None)
    return ServerForm(
        formdata=None,
        host=row.host,
        port=row.port,
        encryption=row.encryption.value,
        username=row.username,
        from_address=row.from_address,
        from_name=row.from_name,
    )
