"""The addresses of webhooks and forms: found by their token alone, made early, made anew."""

import secrets

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from app.accounts.models import User
from app.agents.models import Agent
from app.audit import trail
from app.engine.graph import Step
from app.triggers import kinds
from app.triggers.called import MAX_TOKEN_CHARS
from app.triggers.models import Trigger, TriggerKind
from app.triggers.sync import TOKEN_BYTES


def called(session: Session, token: str, kind: TriggerKind) -> Trigger | None:
    """The trigger with this token, and its agent. One look-up, whether there is one or not."""
    return session.scalars(
        select(Trigger)
        .options(joinedload(Trigger.agent, innerjoin=True))
        .where(Trigger.token == token[: MAX_TOKEN_CHARS + 1], Trigger.kind == kind)
    ).one_or_none()


def of_step(session: Session, agent: Agent, node_id: str) -> Trigger | None:
    """The trigger of this start step, if it has one already."""
    return session.scalars(
        select(Trigger).where(
            Trigger.workspace_id == agent.workspace_id,
            Trigger.agent_id == agent.id,
            Trigger.node_id == node_id,
        )
    ).one_or_none()


def ensure(session: Session, agent: Agent, step: Step) -> Trigger:
    """The trigger of a start step of the draft, made now where publishing has not made it yet.

    One that is not published does not fire; it has its address and its secrets, and can catch a
    sample. Its settings follow the draft.
    """
    trail.take_turn(session)
    trigger = of_step(session, agent, step.id)
    if trigger is None:
        trigger = Trigger(
            workspace_id=agent.workspace_id,
            agent_id=agent.id,
            node_id=step.id,
            kind=kinds.OF_STEP[step.type],
            is_present=False,
            token=_new_token(),
        )
        session.add(trigger)
    if not trigger.is_present:
        trigger.name, trigger.settings = step.name, dict(step.fields)
    session.flush()
    return trigger


def renew(session: Session, trigger: Trigger, *, by: User) -> None:
    """Give it another address; the one before leads nowhere from now on."""
    trigger.token = _new_token()
    trail.record(
        session,
        "trigger_address_renewed",
        workspace_id=trigger.workspace_id,
        actor_id=by.id,
        subject=trigger.name,
        details={"trigger": str(trigger.id), "agent": str(trigger.agent_id)},
    )


def _new_token() -> str:
    return secrets.token_urlsafe(TOKEN_BYTES)
