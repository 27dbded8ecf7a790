"""The forms of this room."""

from wtforms import SelectField, StringField, TextAreaField, ValidationError

from app.engine.variable_names import name_problem
from app.variables.models import VariableKind
from app.web.forms import Form, at_most, required, tidy

MAX_TYPED_CHARS = 64 * 1024
# Words that addresses below /variables use.
_RESERVED = frozenset({"new"})


class VariableForm(Form):
    """What a variable holds."""

    kind = SelectField("Kind", choices={one.value: one.words for one in VariableKind})
    value = TextAreaField("Value", validators=[at_most(MAX_TYPED_CHARS)])
    description = StringField(
        "What it is for",
        description="One sentence for the people who find it here.",
        filters=[tidy],
        validators=[at_most(400)],
    )


class NewVariableForm(VariableForm):
    """A variable with its name."""

    name = StringField(
        "Name",
        description="Small letters, digits and _. It cannot be changed later: steps use it.",
        filters=[tidy],
        validators=[required("Give the variable a name.")],
    )

    def validate_name(self, field: StringField) -> None:
        """A name that steps can write."""
        problem = name_problem(field.data or "")
        if problem:
            raise ValidationError(problem)
        if field.data in _RESERVED:
            raise ValidationError(f"“{field.data}” is kept for a page. Choose another name.")
