"""JSON that the canvas sends and hears: read with care, refused with a sentence."""

from flask import Response, jsonify, request
from werkzeug.exceptions import RequestEntityTooLarge

from app.engine.values import Json
from app.lib import json_guard
from app.lib.json_guard import JsonRefused

MAX_DRAFT_BYTES = 2_500_000
MAX_SMALL_BYTES = 10_000
# A flow may be as deep as the guard lets any JSON be; around it stands what the page adds.
MAX_DEPTH = json_guard.MAX_DEPTH + 2


class BodyRefused(ValueError):
    """What was sent cannot be read; `status` and `sentence` are the answer."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status
        self.sentence = sentence


def body(names: set[str], *, max_bytes: int = MAX_SMALL_BYTES) -> dict[str, Json]:
    """The group of exactly these values that was sent; raises BodyRefused."""
    sent = _sent(max_bytes)
    try:
        value = json_guard.parse(sent, max_bytes=max_bytes, max_depth=MAX_DEPTH)
    except JsonRefused as refused:
        raise BodyRefused(400, refused.sentence) from None
    if not isinstance(value, dict) or value.keys() != names:
        raise BodyRefused(400, "The page sent something that is not known here. Reload it.")
    return value


def _sent(max_bytes: int) -> bytes:
    too_large = BodyRefused(413, f"That is larger than {max_bytes / 1_000_000:g} MB.")
    if (request.content_length or 0) > max_bytes:
        raise too_large
    try:
        sent = request.get_data(cache=False)
    except RequestEntityTooLarge:  # a body that does not say how long it is
        raise too_large from None
    if len(sent) > max_bytes:
        raise too_large
    return sent


def revision_in(sent: dict[str, Json]) -> int:
    """The revision that the page has; raises BodyRefused."""
    revision = sent["revision"]
    if not isinstance(revision, int) or isinstance(revision, bool):
        raise BodyRefused(400, "The page does not say which draft it changes. Reload it.")
    return revision


def refused(status: int, sentence: str, *, step_id: str | None = None) -> Response:
    """The answer to what was not done: the sentence, and the step it is about."""
    answer = jsonify(sentence=sentence, step_id=step_id)
    answer.status_code = status
    return answer


def answer_refused(error: Exception) -> Response:
    """The error handler for BodyRefused."""
    assert isinstance(error, BodyRefused)  # noqa: S101  # Flask calls it for nothing else
    return refused(error.status, error.sentence)
