"""Finds what an address names, from the workspace inwards, or answers 404."""

from flask import abort, g

from app.accounts.models import User
from app.agents import directory
from app.agents.models import Agent
from app.web.transactions import session


def agent_here(slug: str) -> Agent:
    """The agent of this workspace with this slug, kept as `g.agent` for addresses."""
    agent = directory.by_slug(session(), g.workspace, slug=slug)
    if agent is None:
        abort(404)
    g.agent = agent
    return agent


def person() -> User:
    """Who asks."""
    user: User = g.member.user
    return user
