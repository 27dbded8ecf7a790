"""What a delivery says, and what is refused before anything is made of it."""

from datetime import UTC, datetime

import pytest

from app.engine.values import Json
from app.triggers.hook_payload import MAX_BODY_BYTES, DeliveryRefused, Incoming, payload

NOW = datetime(2026, 11, 22, 14, 0, tzinfo=UTC)
JSON = {"content-type": "application/json; charset=utf-8"}


def body_of(body: bytes, content_type: str = "") -> Json:
    headers = {"content-type": content_type} if content_type else {}
    return payload(Incoming(method="POST", headers=headers, body=body), now=NOW)["body"]


def test_it_works() -> None:
    came = Incoming(
        method="POST",
        path="orders/new",
        query="page=2&tag=a&tag=b&empty=",
        headers={**JSON, "x-github-event": "push", "x-github-delivery": "d-1"},
        body=b'{"order": 17}',
    )
    assert payload(came, now=NOW) == {
        "method": "POST",
        "path": "orders/new",
        "query": {"page": "2", "tag": ["a", "b"], "empty": ""},
        "headers": {
            "content-type": "application/json; charset=utf-8",
            "x-github-delivery": "d-1",
            "x-github-event": "push",
        },
        "body": {"order": 17},
        "delivery_id": "d-1",
        "received_at": "2026-11-22T14:00:00.000+00:00",
    }


@pytest.mark.parametrize(
    ("body", "content_type", "expected"),
    [
        (b"", "application/json", None),
        (b" \n", "", None),
        (b"[1]", "application/json", [1]),
        (b'{"a":1}', "application/vnd.api+json", {"a": 1}),
        (b'{"a":1}', "", {"a": 1}),
        (b"plain words", "", "plain words"),
        (b'{"a":1}', "text/plain", '{"a":1}'),
        (b"<a/>", "application/xml", "<a/>"),
        ("\ufeffgrüße".encode(), "text/plain", "grüße"),
        (b"a\x00b", "text/plain", "a\ufffdb"),
        (b"name=Ada&n=1&n=2&x=%00", "application/x-www-form-urlencoded",
         {"name": "Ada", "n": ["1", "2"], "x": "\ufffd"}),
        (b"%ff=%fe", "application/x-www-form-urlencoded", {"\ufffd": "\ufffd"}),
    ],
)  # fmt: skip
def test_bodies(body: bytes, content_type: str, expected: Json) -> None:
    assert body_of(body, content_type) == expected


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"{", "not valid JSON"),
        (b"[" * 1_000 + b"]" * 1_000, "nested more than 32 levels"),
        (b'{"a":1,"a":2}', "stands twice"),
        (b'{"__proto__":1}', "is not allowed"),
        (b'{"a":"\\u0000"}', "cannot be kept"),
        (b'{"a":"\\ud800"}', "cannot be kept"),
        (b"NaN", "not a value that JSON knows"),
        (b"1e999", "too large"),
        (b"\xff\xfe", "not text in UTF-8"),
        (b"9" * 5_000, "too many digits"),
    ],
)
def test_bad_json_is_told_in_a_sentence(body: bytes, words: str) -> None:
    with pytest.raises(DeliveryRefused) as refused:
        body_of(body, "application/json")
    assert words in refused.value.sentence
    assert refused.value.status == 400


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (b"x" * (MAX_BODY_BYTES + 1), "text/plain", 413),
        (b"\xc3\xa9" * 499_990, "text/plain", 413),  # with its envelope over the cap
        (b"\x89PNG", "image/png", 415),
        (b"\xff\xfe", "text/plain", 400),
        (b"&".join(b"a=1" for _ in range(501)), "application/x-www-form-urlencoded", 400),
    ],
)
def test_what_is_too_much_is_refused(body: bytes, content_type: str, status: int) -> None:
    with pytest.raises(DeliveryRefused) as refused:
        body_of(body, content_type)
    assert refused.value.status == status


@pytest.mark.parametrize(
    "name",
    [
        "cookie",
        "authorization",
        "proxy-authorization",
        "x-lamplight-signature",
        "x-hub-signature-256",
        "stripe-signature",
        "webhook-signature",
        "x-forwarded-for",
        "x-real-ip",
        "x-api-key",
        "x-auth-token",
        "x-gitlab-token",
        "x-csrf-token",
        "x-session-id",
        "host",
    ],
)
def test_headers_that_prove_or_trace_are_left_out(name: str) -> None:
    came = Incoming(method="POST", headers={name: "canary", "x-shopify-topic": "orders/create"})
    assert payload(came, now=NOW)["headers"] == {"x-shopify-topic": "orders/create"}


@pytest.mark.parametrize(
    "name", ["idempotency-key", "webhook-id", "x-delivery-id", "x-github-delivery"]
)
def test_the_senders_number(name: str) -> None:
    assert Incoming(method="POST", headers={name: " d-1 "}).delivery_id == "d-1"
    for bad in ("", " ", "x" * 201, "a\x7fb"):
        assert Incoming(method="POST", headers={name: bad}).delivery_id is None
