"""The secrets that deliveries are signed with: made, rotated, removed, and never shown again."""

import uuid
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.audit import trail
from app.lib import ids
from app.lib.cipher import CannotOpen
from app.triggers.called import AnyTrigger
from app.triggers.hook_models import HookSecret
from app.triggers.models import Trigger
from app.triggers.signatures import new_secret
from app.vault.keys import Keyring

MAX_SECRETS = 2
SHORTEST_CHARS = 16
LONGEST_CHARS = 400
TOO_MANY = "Two secrets are good already. Remove the older one first."


class SecretRefused(ValueError):
    """A secret cannot be added; `sentence` says why."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def of(session: Session, trigger: AnyTrigger) -> Sequence[HookSecret]:
    """The secrets that are good, the newest first."""
    return session.scalars(
        select(HookSecret)
        .where(HookSecret.workspace_id == trigger.workspace_id, HookSecret.trigger_id == trigger.id)
        .order_by(HookSecret.id.desc())
    ).all()


def add(session: Session, keyring: Keyring, trigger: Trigger, *, by: User, value: str = "") -> str:
    """Make a secret, or keep one that the sender gave; returns it, for the last time.

    The one before stays good until it is removed. Raises SecretRefused beside two.
    """
    trail.take_turn(session)
    if len(of(session, trigger)) >= MAX_SECRETS:
        raise SecretRefused(TOO_MANY)
    value = value or new_secret()
    secret_id = ids.new_id()
    session.add(
        HookSecret(
            id=secret_id,
            workspace_id=trigger.workspace_id,
            trigger_id=trigger.id,
            sealed=keyring.seal(
                session,
                value.encode(),
                workspace_id=trigger.workspace_id,
                context=_place(secret_id),
            ),
            last_four=value[-4:],
            created_by=by.id,
        )
    )
    _note(session, trigger, "webhook_secret_made", by)
    return value


def remove(session: Session, trigger: Trigger, secret: HookSecret, *, by: User) -> None:
    """Deliveries that are signed with it are refused from now on."""
    session.delete(secret)
    _note(session, trigger, "webhook_secret_removed", by)


def opened(keyring: Keyring, secrets: Sequence[HookSecret]) -> list[str]:
    """The secrets themselves, for one check. One that does not open counts as removed."""
    found = []
    for secret in secrets:
        try:
            raw = keyring.open(
                secret.sealed, workspace_id=secret.workspace_id, context=_place(secret.id)
            )
        except CannotOpen:
            continue
        found.append(raw.decode())
    return found


def _place(secret_id: uuid.UUID) -> tuple[str, ...]:
    return ("webhook secret", str(secret_id))


def _note(session: Session, trigger: Trigger, action: str, by: User) -> None:
    trail.record(
        session,
        action,
        workspace_id=trigger.workspace_id,
        actor_id=by.id,
        subject=trigger.name,
        details={"trigger": str(trigger.id), "agent": str(trigger.agent_id)},
    )
    session.flush()
