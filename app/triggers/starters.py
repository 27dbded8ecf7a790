"""What starts an agent by itself, in words, for its page."""

import uuid
from collections.abc import Callable, Mapping
from typing import Any

from flask import g
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.agents.models import Agent
from app.agents.ports import Starter
from app.lib import recurrence
from app.triggers.models import Trigger, TriggerKind
from app.web.addresses import url_for
from app.web.words import due_at, moment, until

Describe = Callable[[Session, Trigger], Starter | None]


def starters(session: Session, agent: Agent) -> list[Starter]:
    """One per trigger of the active version that does something by itself."""
    present = session.scalars(
        select(Trigger)
        .where(
            Trigger.workspace_id == agent.workspace_id,
            Trigger.agent_id == agent.id,
            Trigger.is_present,
        )
        .order_by(Trigger.id)
    )
    found = (DESCRIBE[one.kind](session, one) for one in present)
    return [one for one in found if one is not None]


def _schedule(_session: Session, trigger: Trigger) -> Starter:
    due = trigger.next_due
    return Starter(
        icon="calendar-clock",
        words=recurrence.words(trigger.settings.get("schedule")),
        note=f"Next {due_at(due)}, {until(due)}" if due else "",
        href=url_for("schedules.index", workspace_slug=g.workspace.slug),
        trouble=_trouble(trigger),
    )


def _email(_session: Session, trigger: Trigger) -> Starter:
    return Starter(
        icon="mail",
        words=f"E-mail arrives: {trigger.name}",
        note="Looked at every minute",
        trouble=_trouble(trigger),
    )


def _agent(_session: Session, _trigger: Trigger) -> Starter:
    return Starter(icon="bot", words="Another agent calls it")


def _failure(session: Session, trigger: Trigger) -> Starter:
    watched = trigger.settings.get("agent")
    name = _name_of(session, trigger, watched) if watched else ""
    words = f"“{name}” fails" if name else "Another agent fails"
    return Starter(icon="triangle-alert", words=words)


def _address(_session: Session, trigger: Trigger) -> Starter:
    return Starter(
        icon="webhook",
        words=f"Its address is called: {trigger.name}",
        note=_last_time(trigger),
        href=_page("webhooks.show", trigger),
    )


def _chat(_session: Session, trigger: Trigger) -> Starter:
    return Starter(
        icon="message-square",
        words="Somebody writes to it in a chat",
        note=_last_time(trigger),
        href=url_for("chats.new", workspace_slug=g.workspace.slug, agent_slug=trigger.agent.slug),
    )


def _form(_session: Session, trigger: Trigger) -> Starter | None:
    if trigger.settings.get("page") not in ("members", "public"):
        return None
    return Starter(
        icon="inbox",
        words=f"Its form is filled in: {trigger.name}",
        note=_last_time(trigger),
        href=_page("form_places.show", trigger),
    )


def _last_time(trigger: Trigger) -> str:
    return f"Last time {moment(trigger.last_fired)}" if trigger.last_fired else "Not yet"


def _page(endpoint: str, trigger: Trigger) -> str:
    return url_for(
        endpoint,
        workspace_slug=g.workspace.slug,
        agent_slug=trigger.agent.slug,
        node_id=trigger.node_id,
    )


def _name_of(session: Session, trigger: Trigger, typed: Any) -> str:
    try:
        agent_id = uuid.UUID(str(typed))
    except ValueError:
        return ""
    name = session.scalar(
        select(Agent.name).where(Agent.workspace_id == trigger.workspace_id, Agent.id == agent_id)
    )
    return name or ""


def _trouble(trigger: Trigger) -> str:
    return trigger.last_error or "" if trigger.failing_since else ""


# Whoever gives a kind of trigger a page of its own says so here.
DESCRIBE: Mapping[TriggerKind, Describe] = {
    TriggerKind.SCHEDULE: _schedule,
    TriggerKind.EMAIL: _email,
    TriggerKind.AGENT: _agent,
    TriggerKind.FAILURE: _failure,
    TriggerKind.WEBHOOK: _address,
    TriggerKind.FORM: _form,
    TriggerKind.CHAT: _chat,
}
