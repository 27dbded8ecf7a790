"""The address of a webhook: programs call it, with whatever method its start step allows."""

import logging
import secrets
from dataclasses import replace
from typing import TYPE_CHECKING

from flask import Blueprint, Response, current_app, request
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from app.files.web_process import store
from app.lib import clock
from app.nodes.start_webhook import methods_of
from app.runs.web_process import bell
from app.settings import Settings
from app.triggers import called, hook_secrets, rates, refusals, signatures
from app.triggers.called import Called
from app.triggers.deliveries import NotOn
from app.triggers.hook_answers import answer_to, says
from app.triggers.hook_files import MULTIPART, form_of
from app.triggers.hook_models import Refusal
from app.triggers.hook_payload import MAX_BODY_BYTES, DeliveryRefused, Incoming, payload, too_large
from app.triggers.intake import Intake, take_in
from app.vault.web_process import keyring
from app.web.access import public
from app.web.programs import for_programs
from app.web.transactions import session, writing

if TYPE_CHECKING:
    from werkzeug.datastructures import Headers

METHODS = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE")
TRY_AGAIN_S = 300  # for an agent that is off: somebody may switch it on
STORAGE_AGAIN_S = 10
REFUSALS_COUNTED = 60  # a minute and webhook; more of them say nothing new

TOO_MANY = "Too many deliveries in one minute. Send them more slowly."
UNSIGNED = "The signature is missing, wrong or more than five minutes old."
OFF = "The agent behind this webhook is switched off at the moment. Try again later."

log = logging.getLogger(__name__)
bp = for_programs(Blueprint("hooks", __name__))


class Unsigned(Exception):
    """A delivery that must be signed is not, or not rightly."""


@bp.route("/hooks/<token>", methods=METHODS, provide_automatic_options=False)
@bp.route("/hooks/<token>/<path:rest>", methods=METHODS, provide_automatic_options=False)
@public
def call(token: str, rest: str = "") -> Response:
    """Take a delivery. A 2xx means that what it says is in the database."""
    trigger = called.webhook(session(), token)
    if trigger is None or trigger.is_archived:
        return says(404, "There is no webhook at this address.")
    methods = methods_of(trigger.settings)
    if request.method in ("OPTIONS", "HEAD"):
        return _looked(methods)
    if request.method not in methods:
        return says(405, f"This webhook takes {', '.join(methods)}.", Allow=_allowed(methods))
    wait_s = rates.too_many(
        bell().redis, f"hook:{trigger.id.hex}", most=_settings().hooks_per_minute
    )
    if wait_s:
        return _refused(trigger, Refusal.TOO_MANY, 429, TOO_MANY, Retry_After=str(wait_s))
    try:
        return _deliver(trigger, rest)
    except Unsigned:
        return _refused(trigger, Refusal.SIGNATURE, 401, UNSIGNED, WWW_Authenticate="HMAC-SHA256")
    except DeliveryRefused as refused:
        reason = Refusal.TOO_LARGE if refused.status == 413 else Refusal.UNREADABLE
        return _refused(trigger, reason, refused.status, refused.sentence)
    except NotOn:
        return _refused(trigger, Refusal.NOT_ON, 503, OFF, Retry_After=str(TRY_AGAIN_S))


@bp.errorhandler(OperationalError)
def storage(error: OperationalError) -> Response:
    """The database does not answer: nothing was kept, and the sender should try again."""
    log.error("a delivery could not be kept", exc_info=error)
    return says(
        503, "This cannot be kept at the moment. Try again.", Retry_After=str(STORAGE_AGAIN_S)
    )


@bp.errorhandler(Exception)
def unknown(error: Exception) -> Response:
    """A fault of ours, without its innards."""
    if isinstance(error, HTTPException):
        return says(error.code or 400, error.description or "This request cannot be read.")
    reference = secrets.token_hex(4)
    log.error("a delivery met a fault, reference %s", reference, exc_info=error)
    return says(500, f"Something went wrong here. The log has it as {reference}.")


def _deliver(trigger: Called, rest: str) -> Response:
    incoming = _received(trigger, rest)
    if incoming.media_type == MULTIPART:
        incoming = _with_form(incoming, trigger)
    said = payload(incoming, now=clock.now())
    with writing() as open_session:
        intake = take_in(
            open_session,
            keyring(),
            trigger,
            payload=said,
            size=len(incoming.body),
            is_caught=trigger.is_listened_to,
            has_files=incoming.form is not None,
        )
    return _answered(trigger, intake)


def _received(trigger: Called, rest: str) -> Incoming:
    """The request, read while no transaction is open. Raises DeliveryRefused, Unsigned."""
    is_signed = bool(trigger.settings.get("signed"))
    keys = _keys(trigger) if is_signed else []
    session().rollback()
    incoming = _incoming(rest)
    if is_signed and not signatures.is_signed(
        incoming.headers, incoming.body, keys, now=clock.now()
    ):
        raise Unsigned
    return incoming


def _answered(trigger: Called, intake: Intake) -> Response:
    """After the commit: ring, then say what came of it."""
    if intake.run is not None and not intake.is_repeat:
        bell().ring(intake.run.lane)
    return answer_to(trigger, intake)


def _incoming(rest: str) -> Incoming:
    # A body that comes in chunks, without a length, is read up to here and never seen whole.
    request.max_content_length = MAX_BODY_BYTES + 1
    try:
        body = request.get_data(cache=False)
    except RequestEntityTooLarge:
        raise too_large() from None
    if len(body) > MAX_BODY_BYTES:
        raise too_large()
    return Incoming(
        method=request.method,
        path=rest,
        query=request.query_string.decode("ascii", "replace"),
        headers=_lowered(request.headers),
        body=body,
    )


def _with_form(incoming: Incoming, trigger: Called) -> Incoming:
    """Only what is rightly signed is worth storing its files."""
    form = form_of(incoming, session(), store(), workspace_id=trigger.workspace_id)
    return replace(incoming, form=form)


def _lowered(headers: "Headers") -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


def _keys(trigger: Called) -> list[str]:
    return hook_secrets.opened(keyring(), hook_secrets.of(session(), trigger))


def _looked(methods: tuple[str, ...]) -> Response:
    """Some services look whether an address exists before they use it; that starts nothing."""
    answer = Response(status=204 if request.method == "OPTIONS" else 200)
    answer.headers["Allow"] = _allowed(methods)
    return answer


def _allowed(methods: tuple[str, ...]) -> str:
    return ", ".join((*methods, "HEAD", "OPTIONS"))


def _refused(
    trigger: Called, reason: Refusal, status: int, sentence: str, /, **headers: str
) -> Response:
    """Say no, and count it; of a flood only the beginning is counted."""
    what = f"refused:{trigger.id.hex}"
    if not rates.too_many(bell().redis, what, most=REFUSALS_COUNTED):
        with writing() as open_session:
            refusals.count(open_session, trigger, reason)
    return says(status, sentence, **headers)


def _settings() -> Settings:
    settings: Settings = current_app.config["LAMPLIGHT"]
    return settings
