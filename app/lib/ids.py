"""Identifiers: time-ordered row keys and the short words that name steps and links."""

import secrets
import uuid
from datetime import UTC, datetime

import uuid_utils

_WORD_ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789"
WORD_LENGTH = 8


def new_id() -> uuid.UUID:
    """A new row key: UUID version 7 (RFC 9562), so that keys sort by the time they were made."""
    return uuid.UUID(bytes=uuid_utils.uuid7().bytes)


def first_id_at(moment: datetime) -> uuid.UUID:
    """The smallest key that can be made at this moment: keys made before it are smaller."""
    milliseconds = max(0, int(moment.timestamp() * 1000))
    return uuid.UUID(int=(milliseconds << 80) | (7 << 76) | (2 << 62))


def moment_of(key: uuid.UUID) -> datetime:
    """When this key was made, to the millisecond."""
    return datetime.fromtimestamp((key.int >> 80) / 1000, UTC)


def new_word() -> str:
    """A new graph-local id of 8 characters `[a-z0-9]`; about 41 bits, unique within one graph."""
    return "".join(secrets.choice(_WORD_ALPHABET) for _ in range(WORD_LENGTH))
