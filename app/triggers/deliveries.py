"""Taking deliveries: each is one row and one run, however often and at once it comes."""

import hashlib
import json
import uuid
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import Dialect, select
from sqlalchemy.orm import Session

from app.engine.values import Json
from app.lib import ids
from app.prepared import Prepared, inserting
from app.runs.models import Run
from app.triggers import firing
from app.triggers.called import AnyTrigger
from app.triggers.firing import fire
from app.triggers.hook_models import Delivery, Outcome
from app.vault.keys import Keyring

MAX_KEPT_BYTES = 256_000
"""Larger payloads are not kept for replays: a month of them would fill the disk."""
_COLUMNS = (
    "id",
    "trigger_id",
    "workspace_id",
    "delivery_id",
    "outcome",
    "run_id",
    "repeats",
    "size",
    "sealed",
)


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a delivery. `run` is None when it was left out because of another run."""

    run: Run | None
    is_repeat: bool = False


class NotOn(Exception):
    """The agent is off, or does not have this start any more; nothing was kept."""


def take(
    session: Session,
    keyring: Keyring,
    trigger: AnyTrigger,
    *,
    payload: dict[str, Json],
    size: int,
    files: Sequence[uuid.UUID] = (),
) -> Taken:
    """Keep a delivery and start its run; call inside `writing()`, then ring. Raises NotOn.

    A delivery whose number came before is that one: it counts there, and gives the same run.
    """
    number = cast("str | None", payload.get("delivery_id"))
    known = _known(session, trigger, number)
    if known is not None:
        return _once_more(session, known)
    delivery_key = ids.new_id()
    fired = fire(
        session,
        keyring,
        trigger,
        payload=payload,
        key=_key(trigger, number),
        words=f"Webhook “{trigger.name}”",
        files=files,
    )
    if fired.run is None and fired.reason != firing.STILL_RUNNING:
        raise NotOn(fired.reason)
    row = _row(trigger, delivery_key, number, fired.run) | {
        "size": size,
        "sealed": _sealed(session, keyring, trigger, delivery_key, payload),
    }
    if not _is_new(session, row):  # the same came at the same moment, and has been committed
        return _once_more(session, cast(Delivery, _known(session, trigger, number)))
    return Taken(fired.run)


def open_payload(keyring: Keyring, delivery: Delivery) -> dict[str, Json] | None:
    """What the delivery said, exactly; None when it was too large to keep. Raises CannotOpen."""
    if delivery.sealed is None:
        return None
    packed = keyring.open(
        delivery.sealed, workspace_id=delivery.workspace_id, context=_place(delivery.id)
    )
    # Earlier ones were kept as they are, and begin with a brace.
    text = packed if packed.startswith(b"{") else zlib.decompress(packed)
    payload: dict[str, Json] = json.loads(text)
    return payload


def pack(payload: Mapping[str, Json]) -> bytes:
    """A payload as bytes to be sealed."""
    return json.dumps(payload, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()


def _row(
    trigger: AnyTrigger, key: uuid.UUID, number: str | None, run: Run | None
) -> dict[str, Any]:
    return {
        "id": key,
        "trigger_id": trigger.id,
        "workspace_id": trigger.workspace_id,
        "delivery_id": number,
        "outcome": Outcome.RUN if run else Outcome.SKIPPED,
        "run_id": run.id if run else None,
        "repeats": 0,
    }


def _is_new(session: Session, row: dict[str, Any]) -> bool:
    """Insert the row, unless its number is there already."""
    return _insert.row(session.connection(), row) is not None


def _known(session: Session, trigger: AnyTrigger, number: str | None) -> Delivery | None:
    if number is None:
        return None
    return session.scalars(
        select(Delivery).where(
            Delivery.workspace_id == trigger.workspace_id,
            Delivery.trigger_id == trigger.id,
            Delivery.delivery_id == number,
        )
    ).one_or_none()


def _once_more(session: Session, delivery: Delivery) -> Taken:
    delivery.repeats = Delivery.repeats + 1  # counted by the database: others count at once
    run = None
    if delivery.run_id is not None:
        run = session.scalars(
            select(Run).where(Run.workspace_id == delivery.workspace_id, Run.id == delivery.run_id)
        ).one_or_none()
    return Taken(run, is_repeat=True)


def _key(trigger: AnyTrigger, number: str | None) -> str | None:
    """The run's key: the same for the same number, so that two at one moment are one run."""
    if number is None:
        return None
    return f"hook:{trigger.id.hex}:{hashlib.sha256(number.encode()).hexdigest()[:40]}"


def _sealed(
    session: Session,
    keyring: Keyring,
    trigger: AnyTrigger,
    delivery_key: uuid.UUID,
    payload: dict[str, Json],
) -> bytes | None:
    packed = pack(payload)
    if len(packed) > MAX_KEPT_BYTES:
        return None
    return keyring.seal(
        session,
        zlib.compress(packed, level=1),
        workspace_id=trigger.workspace_id,
        context=_place(delivery_key),
    )


def _place(delivery_key: uuid.UUID) -> tuple[str, ...]:
    return ("delivery", str(delivery_key))


def _inserting(dialect: Dialect) -> Any:
    return inserting(Delivery, dialect).on_conflict_do_nothing().returning(Delivery.id)


_insert = Prepared(_inserting, columns=_COLUMNS)
