"""Routes that take files say how much; every other route keeps the small limit of the app."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, current_app, request

_ATTRIBUTE = "lamplight_upload_bytes"
# Files come in forms of several parts and go to the disk; any other form is held in memory whole.
_WITH_FILES = "multipart/form-data"
# Names, separators and the other fields of a form around a file.
FORM_BYTES = 256 * 1024
View = TypeVar("View", bound=Callable[..., Any])


def takes_upload(max_bytes: int) -> Callable[[View], View]:
    """This route takes forms with files of so many bytes in all."""

    def declare(view: View) -> View:
        setattr(view, _ATTRIBUTE, max_bytes + FORM_BYTES)
        return view

    return declare


def install(app: Flask) -> None:
    """Raise the limit for those routes before anything reads the form."""
    app.before_request(_allow)


def _allow() -> None:
    view = current_app.view_functions.get(request.endpoint or "")
    allowed = getattr(view, _ATTRIBUTE, None)
    if allowed is not None and request.mimetype == _WITH_FILES:
        request.max_content_length = allowed
