"""Checks the signature of a delivery: ours, and those of GitHub, Stripe and Standard Webhooks.

All are HMAC-SHA256 (RFC 2104) over the body as it came. Those with a time are good for five
minutes; GitHub sends none, so its deliveries are told apart by their id alone.
"""

import base64
import binascii
import hashlib
import hmac
import re
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime

OWN_HEADER = "X-Lamplight-Signature"
TOLERANCE_S = 300
SECRET_BYTES = 24
SECRET_PREFIX = "whsec_"  # noqa: S105  # how secrets begin, not one of them
MAX_HEADER_CHARS = 2_000
MAX_CANDIDATES = 10
_SECONDS = re.compile(r"\d{1,12}\Z")


def new_secret() -> str:
    """A new secret of 192 bits, in the spelling that Standard Webhooks uses."""
    return SECRET_PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def sign(body: bytes, secret: str, *, at: int) -> str:
    """The value of `X-Lamplight-Signature` for this body at this moment (Unix seconds)."""
    return f"t={at},v1={_hex(secret, _timed(str(at), body))}"


def is_signed(
    headers: Mapping[str, str], body: bytes, keys: Sequence[str], *, now: datetime
) -> bool:
    """Whether one of the secrets signed this body, and not longer ago than TOLERANCE_S.

    `headers` are looked up in small letters. Each known signature header is tried; every secret
    is tried to the end, so the time it takes says nothing.
    """
    moment = now.timestamp()
    good = [
        _is_ours(headers.get("x-lamplight-signature", ""), body, keys, moment),
        _is_ours(headers.get("stripe-signature", ""), body, keys, moment),
        _is_github(headers.get("x-hub-signature-256", ""), body, keys),
        _is_standard(headers, body, keys, moment),
    ]
    return any(good)


def _is_ours(header: str, body: bytes, keys: Sequence[str], now: float) -> bool:
    """`t=<seconds>,v1=<hex>[,v1=<hex>]` over `<seconds>.<body>`; Stripe's has the same form."""
    parts = [part.strip().partition("=") for part in header[:MAX_HEADER_CHARS].split(",")]
    times = [value for name, _, value in parts if name == "t"]
    given = [value for name, _, value in parts if name == "v1"]
    if len(times) != 1 or not _is_recent(times[0], now):
        return False
    return _is_any([_hex(key, _timed(times[0], body)) for key in keys], given)


def _is_github(header: str, body: bytes, keys: Sequence[str]) -> bool:
    """`sha256=<hex>` over the body."""
    name, _, given = header[:MAX_HEADER_CHARS].partition("=")
    return name == "sha256" and _is_any([_hex(key, body) for key in keys], [given])


def _is_standard(headers: Mapping[str, str], body: bytes, keys: Sequence[str], now: float) -> bool:
    """`v1,<base64>` over `<id>.<seconds>.<body>` (standardwebhooks.com)."""
    number, at = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    header = headers.get("webhook-signature", "")[:MAX_HEADER_CHARS]
    given = [one[3:] for one in header.split() if one.startswith("v1,")]
    if not number or not _is_recent(at, now):
        return False
    signed = number.encode("utf-8", "replace") + b"." + _timed(at, body)
    expected = [
        base64.b64encode(_digest(raw, signed)).decode() for key in keys if (raw := _raw(key))
    ]
    return _is_any(expected, given)


def _is_any(expected: Sequence[str], given: Sequence[str]) -> bool:
    matches = [
        hmac.compare_digest(one.encode(), other.encode("utf-8", "replace"))
        for one in expected
        for other in given[:MAX_CANDIDATES]
    ]
    return any(matches)


def _is_recent(seconds: str, now: float) -> bool:
    return bool(_SECONDS.match(seconds)) and abs(now - int(seconds)) <= TOLERANCE_S


def _timed(seconds: str, body: bytes) -> bytes:
    return seconds.encode() + b"." + body


def _hex(key: str, signed: bytes) -> str:
    return _digest(key.encode(), signed).hex()


def _digest(key: bytes, signed: bytes) -> bytes:
    return hmac.digest(key, signed, hashlib.sha256)


def _raw(key: str) -> bytes:
    """The bytes that a `whsec_` secret spells; nothing for a secret of another form."""
    if not key.startswith(SECRET_PREFIX):
        return b""
    try:
        return base64.b64decode(key.removeprefix(SECRET_PREFIX), validate=True)
    except binascii.Error:
        return b""
