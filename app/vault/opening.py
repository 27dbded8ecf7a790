"""Sends a call with a connection's credentials; what a sign-in gave is renewed when refused."""

from collections.abc import Callable
from http import HTTPStatus

from app.engine.redact import Redactor
from app.lib.oauth import Challenge, without
from app.lib.safe_http import Door, HttpCall, HttpStream
from app.vault.authoriser import Authorised, Authoriser
from app.vault.person_needed import RightsNeeded, SignInNeeded, over_words, rights_words

_REFUSED = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)


def opened(
    door: Door,
    authoriser: Authoriser,
    call: HttpCall,
    *,
    connection_id: str,
    learn: Callable[[Authorised], None] = lambda _granted: None,
) -> tuple[Authorised, HttpStream]:
    """The answer as soon as it begins, and with what it was got; raises HttpTrouble.

    learn: hears of credentials before they are sent. A 401 means that nothing was done, so with
    a new token the call is made once more; SignInNeeded when that is refused, too. RightsNeeded
    when the server names rights that are missing: no new token is asked for by itself.
    """
    granted = authoriser.authorise(connection_id, url=call.url)
    stream = _sent(door, call, granted, learn)
    if stream.status != HTTPStatus.UNAUTHORIZED or not granted.token:
        return granted, stream
    stream.close()
    granted = authoriser.authorise(connection_id, url=call.url, instead_of=granted)
    stream = _sent(door, call, granted, learn)
    if stream.status == HTTPStatus.UNAUTHORIZED:
        stream.close()
        raise SignInNeeded(
            over_words(granted.name),
            connection_id=granted.connection_id,
            name=granted.name,
            is_failing=granted.is_failing,
        )
    return granted, stream


def _sent(
    door: Door, call: HttpCall, granted: Authorised, learn: Callable[[Authorised], None]
) -> HttpStream:
    learn(granted)
    stream = door.open(call, secret_headers=granted.secret_headers, secret_hosts=granted.hosts)
    rights = _missing(stream, granted)
    if not rights:
        return stream
    stream.close()
    signs_in, were_asked_for = bool(granted.token), not without(rights, granted.asked)
    raise RightsNeeded(
        rights_words(granted.name, rights, signs_in=signs_in, were_asked_for=were_asked_for),
        connection_id=granted.connection_id,
        name=granted.name,
        is_failing=granted.is_failing,
        rights=rights,
        signs_in=signs_in,
        noted=granted.wanted,
    )


def _missing(stream: HttpStream, granted: Authorised) -> str:
    """The rights that the server names as missing; none where it repeats a secret there."""
    if stream.status not in _REFUSED:
        return ""
    rights = Challenge.of(stream.headers.get("www-authenticate", "")).missing
    return rights if Redactor(granted.redactions).text(rights) == rights else ""
