"""Sealing of values: AES-256-GCM under a workspace's data key, itself wrapped by a master key.

A sealed value is `format (1 byte) | key version (4, big-endian) | nonce (12) | ciphertext and
tag`. Format, version and the caller's context are authenticated with it, so a sealed value that
is copied to another row, field or workspace does not open there (NIST SP 800-38D).
"""

import base64
import binascii
import contextlib
import hashlib
import os
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_BYTES = 32
_FORMAT = 1
_VERSION_BYTES = 4
_NONCE_BYTES = 12
_HEAD_BYTES = 1 + _VERSION_BYTES
_SMALLEST = _HEAD_BYTES + _NONCE_BYTES + 16


class CannotOpen(Exception):
    """A sealed value does not open: another key, another place, or changed bytes."""


class KeyRefused(ValueError):
    """A master key cannot be used; the text says why and what to do."""


@dataclass(frozen=True)
class DataKey:
    """The key that seals one workspace's values. `version` is kept in each sealed value.

    Random 12-byte nonces are safe for 2^32 values per key; rotate long before that.
    """

    version: int
    secret: bytes = field(repr=False)

    @classmethod
    def make(cls, version: int) -> "DataKey":
        """A new random key."""
        return cls(version, secrets.token_bytes(KEY_BYTES))

    @cached_property
    def _cipher(self) -> AESGCM:
        return AESGCM(self.secret)


class MasterKey(DataKey):
    """The key that wraps data keys; kept outside the database. Its version is its fingerprint."""

    @classmethod
    def of(cls, secret: bytes) -> "MasterKey":
        """The master key with these 32 bytes; raises KeyRefused for another length."""
        if len(secret) != KEY_BYTES:
            raise KeyRefused(f"The master key has {len(secret)} bytes; it must have {KEY_BYTES}.")
        mark = hashlib.sha256(b"lamplight master key\0" + secret).digest()
        return cls(int.from_bytes(mark[:_VERSION_BYTES]), secret)

    @classmethod
    def from_text(cls, text: str) -> "MasterKey":
        """The master key written in base64; raises KeyRefused."""
        try:
            return cls.of(base64.b64decode(text.strip(), validate=True))
        except binascii.Error as error:
            raise KeyRefused("The master key is not written in base64.") from error


def master_keys(path: Path, *, text: str = "") -> tuple[MasterKey, ...]:
    """The master keys of this installation, the current one first.

    `text` (from the environment) goes before the file at `path`; either may hold several keys,
    one a line, the newest first: that is how a master key is replaced without stopping. With
    neither, the file is made, readable by its owner only. Raises KeyRefused.
    """
    if not text.strip():
        with contextlib.suppress(FileExistsError):
            _make_key_file(path)
        if path.stat().st_mode & 0o077:
            raise KeyRefused(f"{path} can be read by other users. Run: chmod 600 '{path}'")
        text = path.read_text("ascii")
    keys = tuple(MasterKey.from_text(line) for line in text.split())
    if not keys:
        raise KeyRefused(f"{path} is empty. Restore it from your backup: secrets need it.")
    return keys


def seal(plaintext: bytes, key: DataKey, *, context: tuple[str, ...]) -> bytes:
    """`plaintext` sealed for exactly this `context` (for instance workspace, record, field)."""
    head = _FORMAT.to_bytes() + key.version.to_bytes(_VERSION_BYTES)
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return head + nonce + key._cipher.encrypt(nonce, plaintext, _bound(head, context))


def unseal(sealed: bytes, key: DataKey, *, context: tuple[str, ...]) -> bytes:
    """What `seal` was given; raises CannotOpen for any other key, context or byte."""
    if sealed_version(sealed) != key.version:
        raise CannotOpen("The value was sealed with another key.")
    head, nonce = sealed[:_HEAD_BYTES], sealed[_HEAD_BYTES : _HEAD_BYTES + _NONCE_BYTES]
    try:
        return key._cipher.decrypt(
            nonce, sealed[_HEAD_BYTES + _NONCE_BYTES :], _bound(head, context)
        )
    except InvalidTag as error:
        raise CannotOpen("The value does not belong here or was changed.") from error


def sealed_version(sealed: bytes) -> int:
    """Which key version sealed a value; raises CannotOpen for bytes that are not sealed."""
    if len(sealed) < _SMALLEST or sealed[0] != _FORMAT:
        raise CannotOpen("These bytes are not a sealed value.")
    return int.from_bytes(sealed[1:_HEAD_BYTES])


def wrap(data_key: DataKey, master: MasterKey, *, context: tuple[str, ...]) -> bytes:
    """A data key, sealed under a master key, to be stored beside the data."""
    return seal(data_key.secret, master, context=_wrapping(data_key.version, context))


def unwrap(
    wrapped: bytes, masters: Sequence[MasterKey], *, version: int, context: tuple[str, ...]
) -> DataKey:
    """The data key inside; `masters` may hold older keys too. Raises CannotOpen."""
    mark = sealed_version(wrapped)
    for master in masters:
        if master.version == mark:
            return DataKey(version, unseal(wrapped, master, context=_wrapping(version, context)))
    raise CannotOpen("The master key that protects this workspace is not here.")


def needs_rewrap(wrapped: bytes, masters: Sequence[MasterKey]) -> bool:
    """Whether a data key still rests on an older master key than the current, first one."""
    return sealed_version(wrapped) != masters[0].version


def _wrapping(version: int, context: tuple[str, ...]) -> tuple[str, ...]:
    return ("data key", str(version), *context)


def _bound(head: bytes, context: tuple[str, ...]) -> bytes:
    """Associated data with each part's length before it, so that no two contexts look alike."""
    parts = [part.encode() for part in context]
    return head + b"".join(len(part).to_bytes(4) + part for part in parts)


def _make_key_file(path: Path) -> None:
    """Write a new key whole or not at all; raises FileExistsError when there is one.

    The draft is linked into place: a process that starts at the same moment never reads half.
    """
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_suffix(f".{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(base64.b64encode(secrets.token_bytes(KEY_BYTES)) + b"\n")
            file.flush()
            os.fsync(file.fileno())
        os.link(draft, path)
    finally:
        draft.unlink()
