"""The form that names an agent."""

from wtforms import IntegerField, StringField, TextAreaField
from wtforms.validators import NumberRange, Optional

from app.web.forms import Form, at_most, required, tidy

MAX_PARALLEL = 1_000


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


class DetailsForm(AgentForm):
    """What an agent is called, and how many runs of it may go at a time."""

    max_parallel = IntegerField(
        "Runs at a time, at most",
        description="1 lets each run end before the next begins. Empty: no limit.",
        validators=[
            Optional(),
            NumberRange(1, MAX_PARALLEL, f"Choose between 1 and {MAX_PARALLEL:,} runs."),
        ],
    )
