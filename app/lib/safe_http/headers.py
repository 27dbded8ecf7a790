"""The headers of a call as they are sent, and those of an answer as they are read."""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from urllib3 import HTTPResponse

from app.lib.safe_http.body import ACCEPTED
from app.lib.safe_http.messages import BodyStream, HttpCall
from app.lib.safe_http.target import Target

USER_AGENT = "Lamplight"


def wire_headers(call: HttpCall, to: Target) -> dict[str, str]:
    """What goes over the line: the call's own headers, and those that every call has."""
    given = {name.lower() for name in call.headers}
    headers = {"Host": to.authority, "Accept-Encoding": ACCEPTED, "Connection": "close"}
    if isinstance(call.body, BodyStream):
        headers["Content-Length"] = str(call.body.size)
    if "user-agent" not in given:
        headers["User-Agent"] = USER_AGENT
    if "accept" not in given:
        headers["Accept"] = "*/*"
    # As UTF-8 seen through Latin-1, because http.client encodes header text as Latin-1.
    return headers | {
        name: value.encode("utf-8").decode("latin-1") for name, value in call.headers.items()
    }


def with_headers(call: HttpCall, secret_headers: Mapping[str, str]) -> HttpCall:
    """The call with these headers, which stand in for its own of the same name."""
    replaced = {name.lower() for name in secret_headers}
    kept = {name: value for name, value in call.headers.items() if name.lower() not in replaced}
    return replace(call, headers={**kept, **secret_headers})


def joined(response: HTTPResponse) -> Mapping[str, str]:
    """An answer's headers by their names in lower case; a name that comes again is joined."""
    headers: dict[str, str] = {}
    for name, value in response.headers.iteritems():
        lower = name.lower()
        headers[lower] = f"{headers[lower]}, {value}" if lower in headers else value
    return MappingProxyType(headers)
