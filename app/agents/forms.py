"""The form that names an agent."""

from wtforms import StringField, TextAreaField

from app.web.forms import Form, at_most, required, tidy


class AgentForm(Form):
    """What an agent is called and what it is for."""

    name = StringField(
        "Name",
        filters=[tidy],
        validators=[required("Give the agent a name."), at_most(80)],
    )
    description = TextAreaField(
        "What it does",
        description="One or two sentences for the people who will use it.",
        filters=[tidy],
        validators=[at_most(400)],
    )
