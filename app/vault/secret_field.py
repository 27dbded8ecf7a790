"""The field that a secret is typed into, for the forms of every room that takes one."""

import re

from wtforms import PasswordField, StringField
from wtforms.validators import Length, Optional, ValidationError

from app.engine.redact import SHORTEST_CHARS
from app.web.forms import Form, required, tidy

MAX_SECRET_CHARS = 4_000
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def secret_field(label: str, *, is_required: bool = True) -> PasswordField:
    """A field for a secret; what was typed is never shown again."""
    first = required(f"Fill in the {label.lower()}.") if is_required else Optional()
    length = Length(
        min=SHORTEST_CHARS,
        max=MAX_SECRET_CHARS,
        message=f"It must have {SHORTEST_CHARS} to {MAX_SECRET_CHARS:,} characters.",
    )
    return PasswordField(
        label,
        filters=[tidy],
        validators=[first, length, one_line],
        render_kw={"autocomplete": "new-password"},
    )


def one_line(_form: Form, field: StringField) -> None:
    """A WTForms validator: no line breaks and other signs that cannot be seen."""
    if _CONTROL.search(field.data or ""):
        raise ValidationError("It must be one line. Paste it again without line breaks.")
