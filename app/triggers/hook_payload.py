"""What a delivery says, out of the parts of a request: body, query, headers, its number.

Knows nothing of Flask. Whatever cannot be read is refused with a sentence for the sender.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import parse_qsl

from app.engine.errors import StepFailed
from app.engine.values import Json, clean
from app.lib import json_guard
from app.lib.json_guard import JsonRefused

MAX_BODY_BYTES = 1_000_000
MAX_PAYLOAD_BYTES = 1_000_000  # the most that one step may pass on
MAX_FIELDS = 500
MAX_HEADERS = 40
MAX_VALUE_CHARS = 1_000
MAX_DELIVERY_ID_CHARS = 200
FORM = "application/x-www-form-urlencoded"

_DELIVERY_ID_HEADERS = ("idempotency-key", "webhook-id", "x-delivery-id", "x-github-delivery")
_KEPT = frozenset(
    {
        "content-type",
        "date",
        "user-agent",
        "webhook-id",
        "webhook-timestamp",
        "x-request-id",
        *_DELIVERY_ID_HEADERS,
    }
)
# How services name the headers that tell of the event: X-GitHub-Event, X-Shopify-Topic, ce-type.
_OF_EVENTS = re.compile(
    r"(?:x-(?:[a-z0-9]+-)*(?:action|api-version|attempt|delivery|delivery-id|domain|event|event-id"
    r"|event-key|event-type|hook-id|kind|message-id|object|resource|resource-id|resource-state"
    r"|retry-num|shop-domain|source|state|topic|triggered-at|type|version|webhook-id)"
    r"|ce-[a-z0-9]{1,20})\Z"
)


class DeliveryRefused(ValueError):
    """A delivery that is not taken: the sentence for its sender, and the status that says so."""

    def __init__(self, sentence: str, *, status: int = 400) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.status = status


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """A request as it came in; names of headers in small letters."""

    method: str
    path: str = ""
    query: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    form: Mapping[str, Json] | None = None  # the fields of a form in several parts, already read

    @property
    def delivery_id(self) -> str | None:
        """The sender's own number of this delivery; None when it gives none that can be used."""
        for name in _DELIVERY_ID_HEADERS:
            given = self.headers.get(name, "").strip()
            if given and len(given) <= MAX_DELIVERY_ID_CHARS and given.isprintable():
                return given
        return None

    @property
    def media_type(self) -> str:
        """What the body says it is, in small letters and without parameters."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()


def payload(incoming: Incoming, *, now: datetime) -> dict[str, Json]:
    """What the run is started with. Raises DeliveryRefused."""
    made: dict[str, Json] = {
        "method": incoming.method,
        "path": incoming.path[:MAX_VALUE_CHARS],
        "query": _pairs(incoming.query),
        "headers": _told_headers(incoming.headers),
        "body": _body(incoming),
        "delivery_id": incoming.delivery_id,
        "received_at": now.isoformat(timespec="milliseconds"),
    }
    try:
        cleaned = clean(made, max_bytes=MAX_PAYLOAD_BYTES)
    except StepFailed:
        raise too_large() from None
    assert isinstance(cleaned, dict)  # noqa: S101  # `clean` keeps the shape; this tells mypy
    return cleaned


def too_large() -> DeliveryRefused:
    """A delivery may have 1 MB in all."""
    return DeliveryRefused("A delivery may have 1 MB at most.", status=413)


def _body(incoming: Incoming) -> Json:
    if len(incoming.body) > MAX_BODY_BYTES:
        raise too_large()
    if incoming.form is not None:
        return dict(incoming.form)
    media_type = incoming.media_type
    if media_type == FORM:
        return _pairs(incoming.body.decode("utf-8", "replace"))
    if not incoming.body.strip():
        return None
    if media_type == "application/json" or media_type.endswith("+json"):
        return _json(incoming.body)
    if media_type and not media_type.startswith("text/") and not media_type.endswith("xml"):
        raise DeliveryRefused(
            f"A body of the type {media_type[:80]} is not taken. Send JSON, a form or text.",
            status=415,
        )
    return _text(incoming)


def _json(body: bytes) -> Json:
    try:
        return json_guard.parse(body, max_bytes=MAX_BODY_BYTES)
    except JsonRefused as refused:
        raise DeliveryRefused(refused.sentence) from None


def _text(incoming: Incoming) -> str | Json:
    """Text as it is; without a declared type, JSON where it is some."""
    if not incoming.media_type and incoming.body.lstrip()[:1] in (b"{", b"["):
        return _json(incoming.body)
    try:
        return incoming.body.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise DeliveryRefused("The body is not text in UTF-8.") from None


def _pairs(encoded: str) -> dict[str, Json]:
    """Names and values of a query or a form; a name that comes several times has a list."""
    try:
        pairs = parse_qsl(encoded, keep_blank_values=True, max_num_fields=MAX_FIELDS)
    except ValueError:
        raise DeliveryRefused(f"A delivery may have {MAX_FIELDS} fields at most.") from None
    return {name: _one_or_many(values) for name, values in _grouped(pairs).items()}


def _grouped(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in pairs:
        found.setdefault(name, []).append(value)
    return found


def _one_or_many(values: Sequence[str]) -> Json:
    return values[0] if len(values) == 1 else list(values)


def _told_headers(headers: Mapping[str, str]) -> dict[str, Json]:
    """Those that say what happened. Never cookies, sign-ins, signatures or what proxies add."""
    kept = [name for name in sorted(headers) if name in _KEPT or _OF_EVENTS.match(name)]
    return {name: headers[name][:MAX_VALUE_CHARS] for name in kept[:MAX_HEADERS]}
