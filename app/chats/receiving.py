"""Files that come with a message: stored before it, as uploads that wait for their run."""

from flask import g

from app.chats.forms import ComposeForm
from app.chats.scope import person
from app.chats.sending import MAX_FILES, Words
from app.files import uploads
from app.files.store import MAX_FILE_BYTES
from app.files.web_process import store
from app.web.transactions import session

MAX_UPLOAD_BYTES = MAX_FILES * MAX_FILE_BYTES


def words_sent(form: ComposeForm) -> Words:
    """What is said, and its files stored.

    Call it outside `writing()`. Raises FileRefused.
    """
    files = [
        uploads.keep(
            session(),
            store(),
            g.workspace.id,
            sent.filename or "",
            sent.stream,  # type: ignore[arg-type]  # werkzeug's stream reads as a file does
            person().id,
            media_type=sent.mimetype,
        )
        for sent in form.files
    ]
    return Words(text=form.text.strip(), files=files, once=form.once)
