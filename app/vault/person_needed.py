"""What only a person can mend, on the page of a connection: a sign-in, and the rights it lacks."""

import uuid
from typing import Any

from app.lib.oauth import joined
from app.lib.safe_http import HttpRefused
from app.vault.models import MAX_WANTED_CHARS, Connection

MOST_NAMED = 8
_OPEN_IT = "Open it under Connections and choose “Sign in”."
_MORE = "Open it under Connections and choose “Sign in for more rights”."


class PersonNeeded(HttpRefused):
    """Nothing can be sent until a person has done something about the connection."""

    def __init__(
        self, sentence: str, *, connection_id: uuid.UUID, name: str, is_failing: bool
    ) -> None:
        super().__init__(sentence)
        self.connection_id = connection_id
        self.name = name
        self.is_failing = is_failing


class SignInNeeded(PersonNeeded):
    """Nobody is signed in, or not any more."""

    @classmethod
    def nobody(cls, connection: Connection) -> "SignInNeeded":
        """Nobody has signed in, or somebody signed out."""
        return cls(f"Nobody is signed in to “{connection.name}”. {_OPEN_IT}", **_about(connection))

    @classmethod
    def over(cls, connection: Connection) -> "SignInNeeded":
        """The sign-in that is kept is worth nothing any more."""
        return cls(over_words(connection.name), **_about(connection))


class RightsNeeded(PersonNeeded):
    """The server wants rights that the connection does not have; `rights` are their names.

    `signs_in`: a person can ask for them by signing in; else the typed token lacks them.
    `noted`: those that the connection is known to want already.
    """

    def __init__(
        self,
        sentence: str,
        *,
        rights: str,
        signs_in: bool,
        noted: str,
        **about: Any,
    ) -> None:
        super().__init__(sentence, **about)
        self.rights = rights
        self.signs_in = signs_in
        self.noted = noted

    @property
    def is_new(self) -> bool:
        """Whether the connection is not known yet to want them, and has room for it."""
        return joined(self.noted, self.rights, most_chars=MAX_WANTED_CHARS) != self.noted


def cause_of(trouble: BaseException) -> PersonNeeded | None:
    """What a person has to do, if that is why other trouble came."""
    cause = trouble.__cause__
    return cause if isinstance(cause, PersonNeeded) else None


def on_its_page(sentence: str) -> str:
    """The same for somebody who has the page of the connection open already."""
    return sentence.removesuffix(f" {_OPEN_IT}").removesuffix(f" {_MORE}")


def over_words(name: str) -> str:
    """Why nothing can be sent, and what to do."""
    return f"“{name}” needs a new sign-in: the one it had is not accepted any more. {_OPEN_IT}"


def rights_words(name: str, rights: str, *, signs_in: bool, were_asked_for: bool) -> str:
    """Which rights are missing, and what to do; the names are the server's own."""
    names = rights.split()
    more = len(names) - MOST_NAMED
    named = ", ".join(names[:MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
    if not signs_in:
        return (
            f"“{name}” wants rights that its access token does not have: {named}. "
            "Give the connection a token that has them."
        )
    if were_asked_for:
        return (
            f"“{name}” still wants these rights, which the last sign-in asked for: {named}. "
            "Ask who runs the server why it does not give them."
        )
    return f"“{name}” wants more rights for this: {named}. {_MORE}"


def _about(connection: Connection) -> dict[str, Any]:
    is_failing = connection.failing_since is not None
    return {"connection_id": connection.id, "name": connection.name, "is_failing": is_failing}
