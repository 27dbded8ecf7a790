"""Keeps the rows of triggers as the agent's active version has its start steps."""

import secrets
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.agents.models import Agent
from app.engine.graph import Step
from app.lib import clock
from app.triggers import due, kinds
from app.triggers.models import Trigger, TriggerKind, WhenBusy
from app.workspaces.models import Workspace

TOKEN_BYTES = 24


def agent_changed(session: Session, agent: Agent, _what: str) -> None:
    """Listens to what happens to agents; see `app.agents.ports`."""
    sync(session, agent)


def sync(session: Session, agent: Agent) -> None:
    """Make, change and retire the triggers of an agent; call inside `writing()`.

    A trigger keeps its address and its history from version to version, by its step's id. One
    whose step is gone stays, is not present any more and never fires.
    """
    now, timezone = clock.now(), _timezone(session, agent)
    kept = {one.node_id: one for one in of_agent(session, agent)}
    starts = {step.id: step for step in _start_steps(agent)}
    for step in starts.values():
        trigger = kept.get(step.id) or _made(session, agent, step)
        _settle(trigger, step, now, agent=agent, timezone=timezone)
    for node_id in kept.keys() - starts.keys():
        kept[node_id].is_present, kept[node_id].next_due = False, None
    session.flush()


def time_zone_changed(session: Session, workspace: Workspace) -> None:
    """The workspace goes by another clock: so do its schedules that name no zone themselves."""
    now = clock.now()
    for trigger in session.scalars(
        select(Trigger).where(
            Trigger.workspace_id == workspace.id,
            Trigger.kind == TriggerKind.SCHEDULE,
            Trigger.next_due.is_not(None),
        )
    ):
        trigger.next_due = due.first_due(
            trigger.kind, trigger.settings, now, timezone=workspace.timezone
        )


def of_agent(session: Session, agent: Agent) -> list[Trigger]:
    """Every trigger the agent ever had, in the order they were made."""
    return list(
        session.scalars(
            select(Trigger)
            .where(Trigger.workspace_id == agent.workspace_id, Trigger.agent_id == agent.id)
            .order_by(Trigger.id)
        )
    )


def _timezone(session: Session, agent: Agent) -> str:
    return session.scalars(
        select(Workspace.timezone).where(Workspace.id == agent.workspace_id)
    ).one()


def _start_steps(agent: Agent) -> list[Step]:
    if agent.active_version is None:
        return []
    graph = agent.active_version.flow_graph.graph
    return [step for step in graph.order if step.type in kinds.OF_STEP and not step.disabled]


def _made(session: Session, agent: Agent, step: Step) -> Trigger:
    kind = kinds.OF_STEP[step.type]
    trigger = Trigger(
        workspace_id=agent.workspace_id,
        agent_id=agent.id,
        node_id=step.id,
        kind=kind,
        settings={},
        token=secrets.token_urlsafe(TOKEN_BYTES) if kind in kinds.HAS_ADDRESS else None,
    )
    session.add(trigger)
    return trigger


def _settle(trigger: Trigger, step: Step, now: datetime, *, agent: Agent, timezone: str) -> None:
    settings = dict(step.fields)
    is_new = not trigger.is_present or trigger.settings != settings
    trigger.name, trigger.settings, trigger.is_present = step.name, settings, True
    skips = settings.get("when_busy") == WhenBusy.SKIP
    trigger.when_busy = WhenBusy.SKIP if skips else WhenBusy.QUEUE
    if not agent.is_on:
        trigger.next_due = None
    elif is_new or trigger.next_due is None:
        trigger.next_due = due.first_due(trigger.kind, settings, now, timezone=timezone)
    trigger.updated_at = now
