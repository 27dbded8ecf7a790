"""The form of a publication."""

from wtforms import RadioField, StringField

from app.versions.publication import Bump
from app.web.forms import Form, at_most, tidy


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
