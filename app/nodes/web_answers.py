"""What a flow may answer over the web: status, a few headers, a body. Everything else is ours.

The address is on the same host as the pages of the workspace, so an answer must never be a page
that a browser shows as ours: no HTML, no redirect, no cookie, none of our own headers.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from app.engine.values import Json

JSON = "application/json"
TEXT = "text/plain; charset=utf-8"
TEXT_TYPES: Mapping[str, str] = {
    "text": TEXT,
    "csv": "text/csv; charset=utf-8",
    "xml": "application/xml; charset=utf-8",
}
MAX_HEADERS = 20
MAX_HEADER_CHARS = 1_000
_KEYS = frozenset({"http_status", "content_type", "headers", "body"})
_PLAIN = frozenset({"content-language", "etag", "last-modified", "retry-after"})
_OWN = re.compile(
    r"x-(frame-options|content-type-options|xss-protection|accel-.*|sendfile.*|forwarded-.*|real-ip"
    r"|ua-compatible|permitted-cross-domain-policies|dns-prefetch-control|lamplight-.*)\Z"
)
_NAME = re.compile(r"[A-Za-z0-9-]{1,60}\Z")
_VALUE = re.compile(r"[\x20-\x7e]*\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class WebAnswer:
    """One answer, ready to be sent. `body` is a text, or a JSON value when the type is JSON."""

    status: int = 200
    content_type: str = JSON
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Json = None

    def as_value(self) -> dict[str, Json]:
        """The same as the answer of a run, which people can look at."""
        return {
            "http_status": self.status,
            "content_type": self.content_type,
            "headers": dict(self.headers),
            "body": self.body,
        }


def status_problem(status: object) -> str:
    """Why a number cannot be the status of an answer; empty when it can."""
    if isinstance(status, bool) or not isinstance(status, int):
        return "The status must be a whole number, such as 200."
    if 200 <= status <= 299 or 400 <= status <= 599:
        return ""
    return f"The status {status} cannot be sent. Use 200 to 299, or 400 to 599 for an error."


def header_problem(name: str, value: str) -> str:
    """Why a header cannot be sent; empty when it can."""
    low = name.lower()
    if not _NAME.match(name) or not (low in _PLAIN or low.startswith("x-")) or _OWN.match(low):
        return (
            f"The header “{name[:60]}” cannot be sent. Allowed are Content-Language, ETag, "
            "Last-Modified, Retry-After and names of your own that begin with X-."
        )
    if len(value) > MAX_HEADER_CHARS or not _VALUE.match(value):
        return f"The value of the header “{name}” must be one short line of plain characters."
    return ""


def web_answer(answer: Json) -> WebAnswer:
    """What goes back to the caller for what the flow answered.

    Made by “Answer the webhook”: exactly that. A text goes as text, anything else as JSON.
    """
    if isinstance(answer, str):
        return WebAnswer(content_type=TEXT, body=answer)
    if not isinstance(answer, dict) or set(answer) != _KEYS:
        return WebAnswer(body=answer)
    status, headers = answer["http_status"], answer["headers"]
    content_type = answer["content_type"]
    if status_problem(status) or content_type not in {JSON, *TEXT_TYPES.values()}:
        return WebAnswer(body=answer)
    kept = headers if isinstance(headers, dict) else {}
    return WebAnswer(
        status=int(str(status)),
        content_type=str(content_type),
        headers={n: str(v) for n, v in kept.items() if not header_problem(n, str(v))},
        body=answer["body"],
    )
