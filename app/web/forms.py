"""The base of every form, with words that people understand."""

import re

from flask import request
from flask_wtf import FlaskForm
from wtforms.validators import DataRequired, Length

SAFE_NEXT = re.compile(r"^/(?![/\\])[^\\\x00-\x1f]*\Z")


class Form(FlaskForm):
    """A form of ours. CSRF is checked for the whole app, so the field only carries the token."""

    def is_posted_right(self) -> bool:
        """Whether the form was sent and every field is right."""
        return bool(self.validate_on_submit())


def required(sentence: str) -> DataRequired:
    """The field must be filled in; `sentence` says so in the words of the page."""
    return DataRequired(message=sentence)


def at_most(characters: int) -> Length:
    """The field holds at most this many characters."""
    return Length(max=characters, message=f"Use at most {characters} characters.")


def tidy(value: str | None) -> str | None:
    """A WTForms filter: no spaces at the ends."""
    return value.strip() if value else value


def next_address(fallback: str) -> str:
    """Where to go after signing in: `next=` when it is a page of ours, else the fallback."""
    wanted = request.values.get("next", "")
    return wanted if SAFE_NEXT.match(wanted) else fallback
