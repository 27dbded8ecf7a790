"""Rendering: whole pages, and the parts of pages that htmx swaps in."""

from flask import Response, make_response, render_template


def page(template: str, status: int = 200, /, **values: object) -> Response:
    """A page (or the part of one that `template` names) with these values."""
    answer = make_response(render_template(template, **values), status)
    answer.headers.add("Vary", "HX-Request")
    return answer
