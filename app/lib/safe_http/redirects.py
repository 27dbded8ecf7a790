"""What becomes of a call when the other side sends it elsewhere (RFC 9110 15.4)."""

from dataclasses import replace
from urllib.parse import urljoin

from app.lib.safe_http.messages import HttpCall, HttpRefused
from app.lib.safe_http.target import Target

MAX_REDIRECTS = 5
_REDIRECTS = frozenset((301, 302, 303, 307, 308))
# Any other header may carry a key of some service, so none of them crosses to another host.
_HARMLESS_HEADERS = frozenset(("accept", "accept-language", "content-type", "user-agent"))


def redirect_url(status: int, location: str | None, here: Target) -> str | None:
    """Where an answer points to, or None when it is no redirect."""
    if status not in _REDIRECTS or not location:
        return None
    try:
        # http.client reads header bytes as Latin-1; addresses are sent as UTF-8 in practice.
        location = location.encode("latin-1").decode("utf-8", "replace")
        return urljoin(here.url, location)
    except ValueError as error:
        raise HttpRefused(
            f"{here.host} sent the call on to something that is no web address."
        ) from error


def next_call(call: HttpCall, status: int, here: Target, there: Target) -> HttpCall:
    """The call to make at `there`: perhaps as GET, and without what only `here` may see.

    Raises HttpRefused when a body would have to be handed to another host.
    """
    becomes_get = (status == 303 and call.method != "HEAD") or (
        status in (301, 302) and call.method == "POST"
    )
    if becomes_get:
        call = replace(call, method="GET", body=None, headers=_without_content(call))
    call = replace(call, url=there.url)
    if here.is_same_place(there):
        return call
    if call.body is not None:
        raise HttpRefused(
            f"{here.host} asked to send the data on to {there.host}. "
            "Lamplight does not hand data to another host by itself; "
            "put the new address into the step if it is right."
        )
    kept = {
        name: value for name, value in call.headers.items() if name.lower() in _HARMLESS_HEADERS
    }
    return replace(call, headers=kept)


def _without_content(call: HttpCall) -> dict[str, str]:
    return {
        name: value
        for name, value in call.headers.items()
        if not name.lower().startswith("content-")
    }
