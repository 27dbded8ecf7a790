"""The forms of this room."""

from wtforms import (
    FloatField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import NumberRange, Optional

from app.agents.publication import Bump
from app.engine.graph_reader import (
    MAX_NAME_CHARS,
    MAX_NOTE_CHARS,
    MAX_RETRIES,
    MAX_RETRY_WAIT_S,
    MAX_TIMEOUT_S,
)
from app.engine.states import OnError
from app.web.forms import Form, at_most, required, tidy

MIN_TIMEOUT_S = 1
FAILURE_WORDS = {
    OnError.STOP.value: "Stop the run",
    OnError.CONTINUE.value: "Go on with an empty result",
    OnError.ERROR_PORT.value: "Go another way",
}


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


class PublicationForm(Form):
    """What is said about a new version."""

    note = StringField(
        "What is new",
        description="A few words for the list of versions.",
        filters=[tidy],
        validators=[at_most(400)],
    )
    bump = RadioField(
        "How big is the change",
        choices={
            Bump.PATCH.value: "A correction: it does the same, only right",
            Bump.MINOR.value: "A change: it does more, or does it better",
            Bump.MAJOR.value: "A new beginning: it works differently from before",
        },
        default=Bump.MINOR.value,
    )


class StepForm(Form):
    """What every kind of step has beside its own settings."""

    name = StringField(
        "Name",
        filters=[tidy],
        validators=[required("A step needs a name."), at_most(MAX_NAME_CHARS)],
    )
    retry_times = IntegerField(
        "How many more times",
        default=0,
        validators=[
            Optional(),
            NumberRange(0, MAX_RETRIES, f"Use a whole number from 0 to {MAX_RETRIES}."),
        ],
    )
    retry_wait_s = FloatField(
        "Seconds between tries",
        default=0,
        validators=[
            Optional(),
            NumberRange(0, MAX_RETRY_WAIT_S, f"Use 0 to {MAX_RETRY_WAIT_S:,} seconds."),
        ],
    )
    on_error = SelectField(
        "If it still fails",
        choices=FAILURE_WORDS,
        default=OnError.STOP.value,
    )
    timeout_s = FloatField(
        "Seconds it may take",
        description="Empty means no limit of its own.",
        validators=[
            Optional(),
            NumberRange(
                MIN_TIMEOUT_S, MAX_TIMEOUT_S, f"Use {MIN_TIMEOUT_S} to {MAX_TIMEOUT_S:,} seconds."
            ),
        ],
    )
    note = TextAreaField(
        "Note",
        description="For people only; the run does not read it.",
        filters=[tidy],
        validators=[at_most(MAX_NOTE_CHARS)],
    )
