"""Catching the next real delivery as sample data for the draft, instead of starting a run."""

import json
import uuid
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.agents.models import Agent
from app.engine.values import Json
from app.lib import clock
from app.lib.cipher import CannotOpen
from app.triggers.called import AnyTrigger
from app.triggers.deliveries import pack
from app.triggers.hook_models import Catching, TriggerSample
from app.triggers.models import Trigger
from app.vault.keys import Keyring

LISTENS_FOR = timedelta(minutes=10)


def listen(session: Session, trigger: Trigger, *, by: User) -> datetime:
    """Catch the next delivery within ten minutes; returns until when."""
    until = clock.now() + LISTENS_FOR
    row = _catching(session, trigger) or Catching(
        trigger_id=trigger.id, workspace_id=trigger.workspace_id
    )
    row.until, row.started_by = until, by.id
    session.add(row)
    session.flush()
    return until


def stop(session: Session, trigger: Trigger) -> None:
    """Let deliveries start runs again."""
    session.execute(
        delete(Catching)
        .where(Catching.workspace_id == trigger.workspace_id, Catching.trigger_id == trigger.id)
        .execution_options(synchronize_session=False)
    )


def listening_until(session: Session, trigger: Trigger) -> datetime | None:
    """Until when somebody waits for the next delivery; None when nobody does."""
    row = _catching(session, trigger)
    return row.until if row is not None and row.until > clock.now() else None


def catch(
    session: Session, keyring: Keyring, trigger: AnyTrigger, payload: dict[str, Json]
) -> bool:
    """Keep this delivery as the sample if somebody waits for one; of several at once, one is."""
    caught = session.execute(
        delete(Catching)
        .where(
            Catching.workspace_id == trigger.workspace_id,
            Catching.trigger_id == trigger.id,
            Catching.until > clock.now(),
        )
        .returning(Catching.trigger_id)
        .execution_options(synchronize_session=False)
    ).one_or_none()
    if caught is None:
        return False
    row = _sample(session, trigger.workspace_id, trigger.agent_id, trigger.node_id)
    if row is None:
        row = TriggerSample(
            agent_id=trigger.agent_id,
            node_id=trigger.node_id,
            workspace_id=trigger.workspace_id,
        )
    row.caught_at = clock.now()
    row.sealed = keyring.seal(
        session,
        pack(payload),
        workspace_id=trigger.workspace_id,
        context=_place(trigger.agent_id, trigger.node_id),
    )
    session.add(row)
    session.flush()
    return True


def sample_of(session: Session, keyring: Keyring, agent: Agent, node_id: str) -> Json | None:
    """What was caught for this start step; None when nothing was, or it does not open."""
    row = _sample(session, agent.workspace_id, agent.id, node_id)
    if row is None:
        return None
    try:
        packed = keyring.open(
            row.sealed, workspace_id=row.workspace_id, context=_place(agent.id, node_id)
        )
    except CannotOpen:
        return None
    payload: Json = json.loads(packed)
    return payload


def caught_at(session: Session, agent: Agent, node_id: str) -> datetime | None:
    """When the sample of this start step came."""
    row = _sample(session, agent.workspace_id, agent.id, node_id)
    return row.caught_at if row is not None else None


def forget(session: Session, agent: Agent, node_id: str) -> None:
    """Delete the sample of this start step."""
    session.execute(
        delete(TriggerSample)
        .where(
            TriggerSample.workspace_id == agent.workspace_id,
            TriggerSample.agent_id == agent.id,
            TriggerSample.node_id == node_id,
        )
        .execution_options(synchronize_session=False)
    )


def _catching(session: Session, trigger: Trigger) -> Catching | None:
    return session.scalars(
        select(Catching).where(
            Catching.workspace_id == trigger.workspace_id, Catching.trigger_id == trigger.id
        )
    ).one_or_none()


def _sample(
    session: Session, workspace_id: uuid.UUID, agent_id: uuid.UUID, node_id: str
) -> TriggerSample | None:
    return session.scalars(
        select(TriggerSample).where(
            TriggerSample.workspace_id == workspace_id,
            TriggerSample.agent_id == agent_id,
            TriggerSample.node_id == node_id,
        )
    ).one_or_none()


def _place(agent_id: uuid.UUID, node_id: str) -> tuple[str, ...]:
    return ("trigger sample", str(agent_id), node_id)
