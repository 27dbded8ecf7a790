"""The form that makes a simple agent."""

from wtforms import StringField, TextAreaField

from app.agents.creation import MAX_NAME_CHARS
from app.web.forms import Form, at_most, required, tidy

MAX_FIRST_CHARS = 20_000


class SimpleAgentForm(Form):
    """What it is called, and what it should do."""

    name = StringField(
        "Name",
        filters=[tidy],
        validators=[required("Give the agent a name."), at_most(MAX_NAME_CHARS)],
    )
    instructions = TextAreaField(
        "What should it do?",
        description="Write it as you would tell a new colleague. You can go on writing later.",
        filters=[tidy],
        validators=[at_most(MAX_FIRST_CHARS)],
    )
