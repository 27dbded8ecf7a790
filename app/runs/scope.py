"""Finds what an address names, from the workspace inwards, or answers 404."""

import uuid

from flask import abort, g

from app.accounts.models import User
from app.agents import directory as agents
from app.agents.models import Agent
from app.runs import directory
from app.runs.models import Run
from app.web.transactions import session


def run_here(run_id: uuid.UUID) -> Run:
    """The run of this workspace with this id."""
    run = directory.by_id(session(), g.workspace, run_id=run_id)
    if run is None:
        abort(404)
    return run


def agent_here(slug: str) -> Agent:
    """The agent of this workspace with this slug."""
    agent = agents.by_slug(session(), g.workspace, slug=slug)
    if agent is None:
        abort(404)
    return agent


def person() -> User:
    """Who asks."""
    user: User = g.member.user
    return user
