"""The forms of a publication and of an agent's description."""

from wtforms import StringField, TextAreaField

from app.versions.description import MAX_CHARS
from app.web.forms import Form, at_most, tidy


class PublicationForm(Form):
    """What is said about a new version; empty, its name follows from the change."""

    version = StringField("Version", filters=[tidy], validators=[at_most(20)])
    note = StringField("What is new", filters=[tidy], validators=[at_most(400)])


class DescriptionForm(Form):
    """The agent in somebody's own words."""

    text = TextAreaField("Description", filters=[tidy], validators=[at_most(MAX_CHARS)])
