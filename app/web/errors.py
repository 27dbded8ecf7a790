"""Error pages in plain words, each with a reference number that the log carries too."""

import logging
import secrets
from typing import Any

from flask import Flask, Response, current_app, g, make_response, request
from flask_wtf.csrf import CSRFError
from redis.exceptions import RedisError
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException

log = logging.getLogger(__name__)


def install(app: Flask) -> None:
    """Answer every failure with a page of ours."""
    app.register_error_handler(CSRFError, _form_expired)
    app.register_error_handler(HTTPException, _known)
    app.register_error_handler(OperationalError, _storage)
    app.register_error_handler(RedisError, _storage)
    app.register_error_handler(Exception, _unknown)


def _form_expired(error: CSRFError) -> Response:
    return _page(400, "form_expired", detail=error.description or "")


def _known(error: HTTPException) -> Response:
    status = error.code or 500
    if status == 500:
        return _unknown(error)
    answer = _page(status, str(status), detail="")
    for name, value in error.get_headers(request.environ):
        if name in {"Allow", "Retry-After"}:
            answer.headers[name] = value
    return answer


def _storage(error: Exception) -> Response:
    answer = _page(503, "storage", detail="", error=error)
    answer.headers["Retry-After"] = "10"
    return answer


def _unknown(error: Exception) -> Response:
    return _page(500, "500", detail="", error=error)


def _page(status: int, words: str, *, detail: str, error: Any = None) -> Response:
    reference = secrets.token_hex(4)
    if error is not None:
        log.error(
            "%s %s %s failed, reference %s",
            request.method,
            request.path,
            status,
            reference,
            exc_info=error,
        )
    g.error_reference = reference
    # Not render_template: that asks the database who is signed in, which may be what just failed.
    template = current_app.jinja_env.get_template("errors/error.html")
    text = template.render(status=status, words=words, detail=detail, reference=reference)
    return make_response(text, status)
