"""The values of secrets: sealed into their row, opened only to be used."""

from sqlalchemy.orm import Session

from app.lib import clock
from app.lib.cipher import sealed_version
from app.vault.keys import Keyring
from app.vault.models import Secret

LAST_FOUR_FROM_CHARS = 16
"""Of a shorter value, four characters would tell too much."""


def put_secret(
    session: Session, keyring: Keyring, *, secret: Secret, value: str, tells_end: bool = True
) -> None:
    """Seal a new value into the row, which has its id already.

    `tells_end`: people may see its last characters, where it is long enough.
    """
    secret.encrypted_value = keyring.seal(
        session, value.encode(), workspace_id=secret.workspace_id, context=place_of(secret)
    )
    secret.key_version = sealed_version(secret.encrypted_value)
    is_long = len(value) >= LAST_FOUR_FROM_CHARS
    secret.last_four = value[-4:] if is_long and tells_end else ""
    secret.rotated_at = clock.now()


def open_secret(keyring: Keyring, secret: Secret) -> str:
    """The value; for the worker's last moment before a request. Raises CannotOpen."""
    return keyring.open(
        secret.encrypted_value, workspace_id=secret.workspace_id, context=place_of(secret)
    ).decode()


def place_of(secret: Secret) -> tuple[str, ...]:
    """What a value is sealed for: it opens in this row alone."""
    return ("secret", str(secret.id), "encrypted_value")
