"""Ends a sign-in: what the person came back with is checked and traded for tokens."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from app.lib.oauth import Asked, OAuthTrouble, trade
from app.lib.safe_http import Door
from app.vault.server_account import Account

MAX_CHARS = 4_000
OVER = (
    "This sign-in is over. It works once, for 15 minutes, in the browser in which it was begun. "
    "Nothing was kept."
)
_ELSEWHERE = (
    "Another server sent you back than the one you were to sign in at. Nothing was sent to it, "
    "and nothing was kept. If it happens again, tell who runs the server."
)
_NO = {
    "access_denied": "The server did not let Lamplight in: you, or somebody there, said no.",
    "invalid_scope": "The server does not know a right that Lamplight asked it for. Where the "
    "connection is signed in, sign out first: then less is asked for.",
    "temporarily_unavailable": "The server is busy just now. Try again in some minutes.",
    "server_error": "The server has a fault of its own. Try again later.",
}


@dataclass(frozen=True, slots=True)
class Return:
    """What stands in the address that the server sent the person back to (RFC 6749, 4.1.2)."""

    state: str
    code: str = field(repr=False)
    issuer: str
    error: str

    @classmethod
    def of(cls, values: Mapping[str, str]) -> "Return":
        """As it came; what is too long counts as nothing."""
        said = {name: values.get(name, "") for name in ("state", "code", "iss", "error")}
        fit = {name: one if len(one) <= MAX_CHARS else "" for name, one in said.items()}
        return cls(fit["state"], fit["code"], fit["iss"], fit["error"])

    @property
    def as_values(self) -> dict[str, str]:
        """As it stands in an address."""
        said = {"state": self.state, "code": self.code, "iss": self.issuer, "error": self.error}
        return {name: one for name, one in said.items() if one}

    def trouble(self, asked: Asked | None) -> str:
        """Why it cannot be finished, in words; empty when nothing stands against it.

        The server's own words are left out: anybody could have written that address.
        """
        if asked is None:
            return OVER
        if not asked.is_answered_by(self.issuer):
            return _ELSEWHERE
        if self.error or not self.code:
            return _NO.get(self.error, "The server ended the sign-in without a reason.")
        return ""


def finish(door: Door, asked: Asked, back: Return, *, address: str) -> Account:
    """The account for the MCP server at `address`; raises OAuthTrouble."""
    trouble = back.trouble(asked)
    if trouble:
        raise OAuthTrouble(trouble)
    if not asked.place.is_for(address):
        raise OAuthTrouble("The connection's address was changed meanwhile. Sign in once more.")
    return Account.begun(asked, trade(door, asked, back.code))
