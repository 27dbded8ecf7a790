"""What htmx 4 says in its request headers and wants in answers.

`htmx-flask` knows the headers of an earlier htmx; only its truth value is used here.
"""

from flask import Response, redirect, request
from htmx_flask import request as htmx_request
from werkzeug.wrappers import Response as BaseResponse


def is_htmx() -> bool:
    """Whether htmx made this request and wants a part of a page, not a whole one."""
    return bool(htmx_request.htmx) and request.headers.get("HX-Request-Type") != "full"


def redirect_to(address: str) -> BaseResponse:
    """Send the browser to another page of ours, whether htmx or the browser asked.

    `address` must come from `url_for` or another constant of ours, never from the request.
    """
    if not is_htmx():
        return redirect(address, code=303)
    answer = Response(status=200)
    answer.headers["HX-Redirect"] = address
    return answer


def nothing_new() -> Response:
    """The answer to a poll when nothing has changed."""
    return Response(status=204)
