"""Identifiers: time-ordered row keys and the short words that name steps and links."""

import secrets
import uuid

import uuid_utils

_WORD_ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789"
WORD_LENGTH = 8


def new_id() -> uuid.UUID:
    """A new row key: UUID version 7 (RFC 9562), so that keys sort by the time they were made."""
    return uuid.UUID(bytes=uuid_utils.uuid7().bytes)


def new_word() -> str:
    """A new graph-local id of 8 characters `[a-z0-9]`; about 41 bits, unique within one graph."""
    return "".join(secrets.choice(_WORD_ALPHABET) for _ in range(WORD_LENGTH))
