"""Turns an HTTP step's settings into a call, and what came back into values and sentences."""

from typing import Any
from urllib.parse import quote, urlencode

from app.engine.errors import StepFailed
from app.engine.values import Given, Json
from app.lib import json_guard
from app.lib.resolver import as_text
from app.lib.safe_http import HttpAnswer, HttpCall, HttpRefused
from app.lib.safe_http.target import Target

# Under the cap on a step's output, so that a body just fits beside its headers.
MAX_ANSWER_BYTES = 900_000

_TYPES = {
    "json": "application/json",
    "form": "application/x-www-form-urlencoded",
    "text": "text/plain; charset=utf-8",
}
_MEANINGS = {
    400: "did not understand the request",
    401: "did not accept the password or key",
    403: "did not allow this",
    404: "has nothing at this address",
    408: "waited too long for the request",
    409: "says that this clashes with something it already has",
    422: "did not accept the values sent",
    429: "is asked too often just now",
    500: "had a fault of its own",
    502: "could not reach a service behind it",
    503: "is too busy or switched off just now",
    504: "got no answer from a service behind it",
}


def call_of(given: Given, idempotency_key: str) -> HttpCall:
    """The call that the settings describe; raises StepFailed when its JSON cannot be read."""
    kind = given["body_kind"]
    headers = {str(row["name"]).strip(): as_text(row["value"]) for row in given["headers"]}
    names = {name.lower() for name in headers}
    if kind != "none" and "content-type" not in names:
        headers["Content-Type"] = _TYPES[kind]
    if idempotency_key and "idempotency-key" not in names:
        headers["Idempotency-Key"] = idempotency_key
    return HttpCall(
        method=given["method"],
        url=_with_query(given["url"].strip(), given["query"]),
        headers=headers,
        body=_body(kind, given),
        timeout_s=float(given["timeout_s"]),
        max_bytes=MAX_ANSWER_BYTES,
    )


def result(answer: HttpAnswer) -> dict[str, Json]:
    """Status, headers and body, the body by name where it says it is JSON."""
    kind = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
    body: Json = answer.body.decode("utf-8", "replace")
    if kind == "application/json" or kind.endswith("+json"):
        body = _json(answer.body, body)
    return {"status": answer.status, "headers": dict(answer.headers), "body": body}


def is_failure(status: int, fails_on: str) -> bool:
    """Whether a status counts as failed under the step's setting."""
    return status >= {"errors": 400, "server_errors": 500, "never": 1_000}[fails_on]


def refusal(status: int, host: str) -> str:
    """A sentence for a status of 400 or more."""
    meaning = _MEANINGS.get(status, "refused" if status < 500 else "had a fault of its own")
    return f"{host} {meaning} (answer {status})."


def host_of(address: str) -> str:
    """The host in an address, for a sentence; the address itself, shortened, if it has none."""
    try:
        return Target.parse(address).host
    except HttpRefused:
        return address[:60] or "an empty address"


def address_problem(address: Any) -> str:
    """What is wrong with an address that has no reference in it; empty when nothing is."""
    if not isinstance(address, str) or not address.strip() or "{{" in address:
        return ""
    try:
        Target.parse(address.strip())
    except HttpRefused as refused:
        return refused.sentence
    return ""


def _with_query(address: str, rows: list[dict[str, Any]]) -> str:
    if not rows:
        return address
    query = urlencode([(row["name"], as_text(row["value"])) for row in rows], quote_via=quote)
    bare, mark, fragment = address.partition("#")
    return f"{bare}{'&' if '?' in bare else '?'}{query}{mark}{fragment}"


def _body(kind: str, given: Given) -> bytes | None:
    if kind == "none":
        return None
    if kind == "form":
        pairs = [(row["name"], as_text(row["value"])) for row in given["body_form"]]
        return urlencode(pairs).encode()
    body = given["body"].encode("utf-8", "replace")
    if kind == "json":
        try:
            json_guard.parse(body)
        except json_guard.JsonRefused as refused:
            raise StepFailed(
                f"“Content” is not JSON. {refused.sentence}", can_retry=False
            ) from None
    return body  # type: ignore[no-any-return]  # `given` is open by design


def _json(raw: bytes, text: Json) -> Json:
    try:
        return json_guard.parse(raw) if raw else None
    except json_guard.JsonRefused:
        return text
