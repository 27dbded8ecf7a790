"""Random words for links and cookies: the holder has the token, the database its sha256."""

import hashlib
import secrets

TOKEN_BYTES = 32


def new_token() -> tuple[str, str]:
    """A new token of 256 random bits, safe in a URL, and the hash to store."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    return token, token_hash(token)


def token_hash(token: str) -> str:
    """What the database keeps of a token: 64 hex characters.

    A fast hash is enough: nobody can try 2**256 tokens.
    """
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
