"""The form of what every kind of step has beside its own settings."""

from wtforms import FloatField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import NumberRange, Optional

from app.editor.stand_in import StandInField
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
    OnError.CONTINUE.value: "Go on with a stand-in result",
    OnError.ERROR_PORT.value: "Go another way",
}


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
        "Seconds before the first",
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
    default_output = StandInField(
        "Stand-in result",
        description=(
            "What later steps get instead. Empty stands for nothing, words for a text, and JSON "
            'such as {"price": 0} for values with names.'
        ),
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
