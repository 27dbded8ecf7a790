"""What people fill in: whom they ask, what they answer, what they say about a step."""

from collections.abc import Sequence
from typing import Any

from wtforms import HiddenField, IntegerField, SelectField, SelectMultipleField, TextAreaField
from wtforms.widgets import CheckboxInput, HiddenInput, ListWidget

from app.reviews.models import MAX_WORDS_CHARS
from app.reviews.people import PUBLISHING_ROLES
from app.web.forms import Form, at_most, required, tidy
from app.workspaces.models import Member

_CAN = {True: "may approve it", False: "may read it and comment"}


def _words(label: str, *more: Any, **options: Any) -> TextAreaField:
    return TextAreaField(label, [*more, at_most(MAX_WORDS_CHARS)], filters=[tidy], **options)


class AskForm(Form):
    """Who is asked, with a few words."""

    to = SelectMultipleField(
        "Who should look at it",
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    words = _words("What should they know")

    def __init__(self, people: Sequence[Member], **given: Any) -> None:
        super().__init__(**given)
        self.to.choices = [
            (one.user_id.hex, f"{one.user.name}: {one.role.word}, {_CAN[_approves(one)]}")
            for one in people
        ]


class AnswerForm(Form):
    """Approve or ask for changes. `digest` and `round` say what was looked at."""

    answer = HiddenField()
    digest = HiddenField()
    round = IntegerField(widget=HiddenInput())
    words = _words("A few words")


class CommentForm(Form):
    """Words about the whole or one step."""

    step = SelectField("About")
    text = _words("Comment", required("Write something first."))

    def __init__(
        self, steps: Sequence[tuple[str, Sequence[tuple[str, str]]]], **given: Any
    ) -> None:
        super().__init__(**given)
        whole = ("", "The whole draft")
        self.step.choices = {"": [whole], **{title: list(ones) for title, ones in steps}}


class ReplyForm(Form):
    """An answer to a comment."""

    text = _words("Your answer", required("Write something first."))


def _approves(member: Member) -> bool:
    return member.role in PUBLISHING_ROLES
