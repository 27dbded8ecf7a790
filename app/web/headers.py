"""Headers that every answer carries, errors included, and the check of where a form came from."""

from urllib.parse import urlsplit

from flask import Flask, Response, abort, request
from flask_login import current_user

from app.web.programs import is_program

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
# What a flow answers must never act as a page of ours, whatever it holds.
CONTENT_SECURITY_POLICY_OF_PROGRAMS = CONTENT_SECURITY_POLICY + "; sandbox"
# What people and services sent must never run as a page, whatever a browser takes it for.
SANDBOX = "default-src 'none'; sandbox"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def install(app: Flask) -> None:
    """Refuse forms from other sites and put our headers on every answer."""
    app.before_request(_refuse_other_sites)
    app.after_request(_add_headers)


def _refuse_other_sites() -> None:
    if request.method in SAFE_METHODS or is_program():
        return
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}:
        abort(400, "This form was sent from another site.")
    origin = request.headers.get("Origin")
    if origin is not None and urlsplit(origin).netloc != request.host:
        abort(400, "This form was sent from another site.")


def _add_headers(answer: Response) -> Response:
    headers = answer.headers
    if headers.get("Content-Security-Policy") != SANDBOX:
        headers["Content-Security-Policy"] = CONTENT_SECURITY_POLICY
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Referrer-Policy"] = "same-origin"
    headers["X-Frame-Options"] = "DENY"
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()"
    if request.is_secure:
        headers["Strict-Transport-Security"] = "max-age=31536000"
    if is_program():
        headers["Content-Security-Policy"] = CONTENT_SECURITY_POLICY_OF_PROGRAMS
        headers["Cache-Control"] = "no-store"
    elif _is_signed_in():
        headers["Cache-Control"] = "no-store"
    return answer


def _is_signed_in() -> bool:
    # Asking for current_user may ask the database, which may be what just failed.
    try:
        return bool(current_user.is_authenticated)
    except Exception:  # whatever failed, the answer must still get its headers
        return True
