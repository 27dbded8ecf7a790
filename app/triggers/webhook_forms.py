"""The forms on the page of a webhook."""

from wtforms import PasswordField
from wtforms.validators import Length, Optional

from app.triggers.hook_secrets import LONGEST_CHARS, SHORTEST_CHARS
from app.web.forms import Form, tidy


class HookSecretForm(Form):
    """A secret of the sender's own, or nothing for a new one."""

    value = PasswordField(
        "A secret that the sender gave you",
        filters=[tidy],
        validators=[
            Optional(),
            Length(
                SHORTEST_CHARS,
                LONGEST_CHARS,
                message=f"A secret has {SHORTEST_CHARS} to {LONGEST_CHARS} characters.",
            ),
        ],
    )
