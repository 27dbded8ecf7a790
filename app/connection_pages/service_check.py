"""“Check it”: asks one address of the service and tells honestly what came back, no more."""

from dataclasses import dataclass
from http import HTTPStatus

from app.lib.safe_http import Door, HttpCall, HttpTrouble
from app.lib.safe_http.target import Target
from app.vault.authoriser import Authoriser

TIMEOUT_S = 10.0
MAX_BYTES = 1_000_000
_REFUSED = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)


@dataclass(frozen=True, slots=True)
class Checked:
    """What happened, in words; whether the sign-in works, None when that is not known."""

    words: str
    works: bool | None = None


def ask(door: Door, authoriser: Authoriser, *, connection_id: str, url: str) -> Checked:
    """GET `url` with the connection's credentials; what happened, in one or two sentences.

    The service's own words are not repeated: it might send the secret back.
    """
    try:
        allowed = authoriser.authorise(connection_id, url=url)
        call = HttpCall(method="GET", url=url, timeout_s=TIMEOUT_S, max_bytes=MAX_BYTES)
        answer = door.send(
            call,
            secret_headers=allowed.secret_headers,
            secret_query=allowed.secret_query,
            secret_hosts=allowed.hosts,
        )
    except HttpTrouble as trouble:
        return Checked(trouble.sentence)
    asked, answered = Target.parse(url), Target.parse(answer.url)
    if not asked.is_same_place(answered):
        return Checked(
            f"{asked.host} sent the call on to {answered.host}, which answered "
            f"{_status(answer.status)}. The secret was not sent there."
        )
    words = f"{asked.host} answered {_status(answer.status)}. {_meaning(answer.status)}"
    return Checked(words, _works(answer.status))


def _works(status: int) -> bool | None:
    if status in _REFUSED:
        return False
    return True if status < HTTPStatus.BAD_REQUEST else None


def _status(status: int) -> str:
    try:
        return f"{status} ({HTTPStatus(status).phrase})"
    except ValueError:
        return str(status)


def _meaning(status: int) -> str:
    if status in _REFUSED:
        return "It does not accept this sign-in for this address."
    if status < HTTPStatus.BAD_REQUEST:
        return "It took the request; a service that needs no sign-in here says the same."
    return "The service was reached, but this says nothing about the sign-in."
