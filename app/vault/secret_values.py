"""The values of secrets: sealed into their row, opened only to be used."""

from sqlalchemy.orm import Session

from app.lib import clock
from app.lib.cipher import sealed_version
from app.vault.keys import Keyring
from app.vault.models import Secret

LAST_FOUR_FROM_CHARS = 16
"""Of a shorter value, four characters would tell too much."""


def put_secret(session: Session, keyring: Keyring, *, secret: Secret, value: str) -> None:
    """Seal a new value into the row, which has its id already."""
    secret.encrypted_value = keyring.seal(
        session, value.encode(), workspace_id=secret.workspace_id, context=_place(secret)
    )
    secret.key_version = sealed_version(secret.encrypted_value)
    secret.last_four = value[-4:] if len(value) >= LAST_FOUR_FROM_CHARS else ""
    secret.rotated_at = clock.now()


def open_secret(keyring: Keyring, secret: Secret) -> str:
    """The value; for the worker's last moment before a request. Raises CannotOpen."""
    return keyring.open(
        secret.encrypted_value, workspace_id=secret.workspace_id, context=_place(secret)
    ).decode()


def _place(secret: Secret) -> tuple[str, ...]:
    return ("secret", str(secret.id), "encrypted_value")
