"""The form for servers that know programs only when a person registered them there."""

from wtforms import StringField
from wtforms.validators import Regexp

from app.vault.secret_field import secret_field
from app.web.forms import Form, at_most, required, tidy


class ClientForm(Form):
    """How Lamplight is known at the server."""

    client_id = StringField(
        "Client id",
        description="The server shows it when you register an app or client there.",
        filters=[tidy],
        validators=[
            required("Fill in the client id."),
            at_most(1_000),
            Regexp(r"[\x20-\x7e]+\Z", message="It is made of plain letters, digits and signs."),
        ],
        render_kw={"autocomplete": "off", "spellcheck": "false"},
    )
    secret = secret_field("Client secret", is_required=False)
