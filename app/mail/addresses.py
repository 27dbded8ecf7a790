"""Mail addresses: what is one, in the one spelling that a mail server is told."""

import re
from collections.abc import Sequence

from email_validator import EmailNotValidError, validate_email

MAX_ADDRESS_CHARS = 254
MAX_TYPED_CHARS = 20_000
_NAMED = re.compile(r"[^<>@\x00-\x1f\x7f]*<([^<>\s]+)>")


class AddressRefused(ValueError):
    """A text is no address that mail can be sent to; `sentence` says which."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def address(text: str) -> str:
    """The address in its one spelling, other alphabets in the domain as punycode.

    “Ada <ada@example.com>” counts as the address in it. Raises AddressRefused. Nothing is asked
    of the network.
    """
    typed = _bare(text).strip()
    try:
        found = validate_email(
            typed[: MAX_ADDRESS_CHARS + 1],
            check_deliverability=False,
            allow_smtputf8=False,
            allow_quoted_local=False,
            allow_domain_literal=False,
        )
    except EmailNotValidError as error:
        shown = " ".join(typed.split())[:80]
        raise AddressRefused(
            f"“{shown}” is not a mail address. It looks like name@example.com."
            if shown
            else "A mail address is empty."
        ) from error
    return found.ascii_email or found.normalized


def addresses(text: str) -> list[str]:
    """The addresses in a text, parted by commas, semicolons or lines, each once, in order.

    Raises AddressRefused.
    """
    if len(text) > MAX_TYPED_CHARS:
        raise AddressRefused("That is far too long for a list of mail addresses.")
    parts = text.replace(";", ",").replace("\r", "\n").replace("\n", ",").split(",")
    return each_once([part for part in parts if part.strip()])


def each_once(texts: Sequence[str]) -> list[str]:
    """Every text as an address, without repeats. Raises AddressRefused."""
    return list(dict.fromkeys(address(text) for text in texts))


def _bare(text: str) -> str:
    """What stands between the brackets, where there are some and nothing else is odd."""
    found = _NAMED.fullmatch(text.strip())
    return found.group(1) if found else text
