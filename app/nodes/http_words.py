"""Turns an HTTP step's settings into a call, and what came back into sentences."""

from typing import Any
from urllib.parse import quote, urlencode

from app.engine.ports import Ports
from app.engine.values import Given
from app.lib.resolver import as_text
from app.lib.safe_http import HttpCall, HttpRefused
from app.lib.safe_http.target import Target
from app.nodes.http_answers import max_bytes
from app.nodes.http_bodies import body_of

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


def call_of(given: Given, ports: Ports, idempotency_key: str) -> HttpCall:
    """The call that the settings describe; raises StepFailed when its body cannot be made."""
    body, kind = body_of(given, ports)
    headers = {str(row["name"]).strip(): as_text(row["value"]) for row in given["headers"]}
    names = {name.lower() for name in headers}
    if kind and "content-type" not in names:
        headers["Content-Type"] = kind
    if idempotency_key and "idempotency-key" not in names:
        headers["Idempotency-Key"] = idempotency_key
    return HttpCall(
        method=given["method"],
        url=_with_query(given["url"].strip(), given["query"]),
        headers=headers,
        body=body,
        timeout_s=float(given["timeout_s"]),
        max_bytes=max_bytes(given["answer_as"]),
    )


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
