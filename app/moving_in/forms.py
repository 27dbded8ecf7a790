"""The forms of this room."""

from contextlib import closing

from wtforms import BooleanField, FileField, HiddenField, StringField, TextAreaField
from wtforms.validators import ValidationError

from app.moving_in.source.parsing import MAX_BYTES, SourceRefused, decoded
from app.web.forms import Form, at_most, required, tidy

MAX_NAME_CHARS = 80


class ProgramForm(Form):
    """An exported program: a file, or its text."""

    file = FileField("The .py file", description="A file goes before what is pasted.")
    code = TextAreaField("Or its code")

    def program(self) -> str:
        """The text of the program; raises SourceRefused for a file that is none."""
        sent = self.file.data
        if not getattr(sent, "filename", ""):
            return str(self.code.data or "")
        with closing(sent):
            return decoded(sent.read(MAX_BYTES + 1))

    def refuse(self, refused: SourceRefused) -> None:
        """Say at the field that was used what is wrong with it."""
        used = self.file if getattr(self.file.data, "filename", "") else self.code
        used.errors = [refused.sentence]


class MakeForm(Form):
    """What is to be made of a program that was read: its name and its flow."""

    name = StringField(
        "Name",
        filters=[tidy],
        validators=[required("Give the agent a name."), at_most(MAX_NAME_CHARS)],
    )
    may_go_on = BooleanField(
        "Tools that never asked there go on without asking",
        description="Leave it empty, and a person is asked before each of their calls.",
    )
    flow = HiddenField()
    others = HiddenField()

    def validate_flow(self, field: HiddenField) -> None:
        """The flow came along."""
        if not field.data:
            raise ValidationError("The flow did not come along. Bring the code again.")
