"""Sends a call with a connection's credentials; what a sign-in gave is renewed when refused."""

from collections.abc import Callable
from http import HTTPStatus

from app.lib.safe_http import Door, HttpCall, HttpStream
from app.vault.authoriser import Authorised, Authoriser
from app.vault.renewal import SignInNeeded, over_words


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
    a new token the call is made once more; SignInNeeded when that is refused, too.
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
    return door.open(call, secret_headers=granted.secret_headers, secret_hosts=granted.hosts)
