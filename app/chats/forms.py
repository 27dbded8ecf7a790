"""The forms of a chat: what is said, and a title."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field

from flask import request
from werkzeug.datastructures import FileStorage
from wtforms import StringField

from app.chats.models import MAX_TITLE_CHARS
from app.chats.sending import MAX_FILES, MAX_TEXT_CHARS
from app.web.forms import Form, at_most, required, tidy

TOO_LONG = (
    "That is {count:,} characters, and a message can have {most:,}. "
    "Shorten it, or send it as a file."
)
NOTHING = "Write something, or add a file."
TOO_MANY = f"Send at most {MAX_FILES} files with one message."


def _new_once() -> str:
    return secrets.token_hex(8)


@dataclass(kw_only=True)
class ComposeForm:
    """What is said, or the empty place for it.

    Plain values: every answer of a chat brings a new one. `once` makes sending twice one,
    `refusal` is the sentence that says why it cannot be sent. CSRF is checked for the whole app.
    """

    text: str = ""
    files: Sequence[FileStorage] = ()
    once: str = field(default_factory=_new_once)
    refusal: str = ""

    @classmethod
    def sent(cls, *, instead: str = "") -> "ComposeForm":
        """What this request sends, line ends as they are everywhere else.

        `instead` is the text of a form that has none.
        """
        return cls(
            text=request.form.get("text", instead).replace("\r\n", "\n"),
            files=[one for one in request.files.getlist("files") if one.filename],
            once=request.form.get("once") or _new_once(),
        )

    def is_right(self) -> bool:
        """Whether there is something to send, and not too much."""
        if len(self.text) > MAX_TEXT_CHARS:
            self.refusal = TOO_LONG.format(count=len(self.text), most=MAX_TEXT_CHARS)
        elif not self.text.strip() and not self.files:
            self.refusal = NOTHING
        elif len(self.files) > MAX_FILES:
            self.refusal = TOO_MANY
        return not self.refusal


class TitleForm(Form):
    """What a chat is called."""

    title = StringField(
        "Title",
        validators=[required("Give the chat a title."), at_most(MAX_TITLE_CHARS)],
        filters=[tidy],
    )
