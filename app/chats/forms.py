"""The forms of a chat: what is said, a title, with whom it is shared, what people think."""

from flask import request
from werkzeug.datastructures import FileStorage
from wtforms import HiddenField, StringField, TextAreaField

from app.chats.models import MAX_TITLE_CHARS
from app.chats.sending import MAX_FILES, MAX_TEXT_CHARS
from app.lib import ids
from app.web.forms import Form, at_most, required, tidy

TOO_LONG = (
    "That is {count:,} characters, and a message can have {most:,}. "
    "Shorten it, or send it as a file."
)
NOTHING = "Write something, or add a file."
TOO_MANY = f"Send at most {MAX_FILES} files with one message."


class ComposeForm(Form):
    """What is said. `refusal` is the sentence that says why it cannot be sent."""

    text = TextAreaField("Message")
    once = HiddenField(default=lambda: ids.new_word() + ids.new_word())
    refusal = ""

    def is_posted_right(self) -> bool:
        """Whether there is something to send, and not too much."""
        if not super().is_posted_right():
            return False
        words = self.words
        if len(words) > MAX_TEXT_CHARS:
            self.refusal = TOO_LONG.format(count=len(words), most=MAX_TEXT_CHARS)
        elif not words.strip() and not self.sent_files:
            self.refusal = NOTHING
        elif len(self.sent_files) > MAX_FILES:
            self.refusal = TOO_MANY
        return not self.refusal

    @property
    def words(self) -> str:
        """The text, with line ends as they are everywhere else."""
        return (self.text.data or "").replace("\r\n", "\n")

    @property
    def sent_files(self) -> list[FileStorage]:
        """The files that came with it."""
        return [one for one in request.files.getlist("files") if one.filename]


class TitleForm(Form):
    """What a chat is called."""

    title = StringField(
        "Title",
        validators=[required("Give the chat a title."), at_most(MAX_TITLE_CHARS)],
        filters=[tidy],
    )
