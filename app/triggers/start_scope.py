"""Finds the start step that an address names, from the workspace inwards, or answers 404."""

from dataclasses import dataclass
from typing import Any

from flask import abort, current_app, g

from app.accounts.models import User
from app.agents import drafts
from app.agents.models import Agent
from app.agents.scope import agent_here
from app.engine.graph import Step
from app.settings import Settings
from app.triggers import addresses
from app.triggers.models import Trigger
from app.web.transactions import session


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A start step of an agent: as the draft has it, or as it was published, and its trigger."""

    agent: Agent
    step: Step
    trigger: Trigger | None
    in_draft: bool

    @property
    def is_live(self) -> bool:
        """Whether calls start runs."""
        return self.trigger is not None and self.trigger.is_present and self.agent.is_on

    @property
    def fields(self) -> dict[str, Any]:
        """The settings that count: the published ones, or the draft's before the first time."""
        if self.trigger is not None and self.trigger.is_present:
            return self.trigger.settings
        return dict(self.step.fields)


def place_here(agent_slug: str, node_id: str, step_type: str) -> Place:
    """The start step of this kind with this id."""
    agent = agent_here(agent_slug)
    trigger = addresses.of_step(session(), agent, node_id)
    draft = drafts.draft_of(session(), agent).flow_graph.graph.find(node_id)
    step = draft or _published(agent, node_id)
    if step is None or step.type != step_type:
        abort(404)
    return Place(agent=agent, step=step, trigger=trigger, in_draft=draft is not None)


def trigger_here(place: Place) -> Trigger:
    """Its trigger; 404 before there is one."""
    if place.trigger is None:
        abort(404)
    return place.trigger


def person() -> User:
    """Who asks."""
    user: User = g.member.user
    return user


def public_url() -> str:
    """The address that people outside type, without what follows the host."""
    settings: Settings = current_app.config["LAMPLIGHT"]
    return settings.public_url


def _published(agent: Agent, node_id: str) -> Step | None:
    active = agent.active_version
    return active.flow_graph.graph.find(node_id) if active is not None else None
