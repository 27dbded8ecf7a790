"""Slugs: the short words that name an agent in addresses. They outlive a change of its name."""

import re

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.agents.models import Agent
from app.lib.latin import latin
from app.workspaces.models import Workspace

MAX_CHARS = 60
# Words that addresses below /agents use or may come to use.
RESERVED = frozenset(
    {"new", "edit", "search", "import", "export", "archive", "archived", "all", "examples"}
)
_NO_NAME = "agent"


def free_slug(session: Session, workspace: Workspace, *, name: str) -> str:
    """A slug made from `name` that no agent of the workspace has, archived ones included.

    Holds the workspace's row, so that two people who choose the same name at once take turns.
    """
    session.execute(select(Workspace.id).where(Workspace.id == workspace.id).with_for_update())
    wanted = slug_of(name)
    taken = set(
        session.scalars(
            select(Agent.slug).where(
                Agent.workspace_id == workspace.id,
                Agent.slug.startswith(wanted[: MAX_CHARS - 6], autoescape=True),
            )
        )
    )
    calling = select(Agent.command).where(
        Agent.workspace_id == workspace.id, Agent.command == wanted
    )
    taken |= {word for word in session.scalars(calling) if word}  # that word calls another agent
    if wanted not in taken:
        return wanted
    number = 2
    while _numbered(wanted, number) in taken:
        number += 1
    return _numbered(wanted, number)


def slug_of(name: str) -> str:
    """`Sort an enquiry` → `sort-an-enquiry`; accents are dropped, reserved words lengthened."""
    words = re.sub(r"[^a-z0-9]+", "-", latin(name)).strip("-")[:MAX_CHARS].strip("-")
    if not words:
        return _NO_NAME
    return f"{words}-{_NO_NAME}" if words in RESERVED else words


def _numbered(slug: str, number: int) -> str:
    ending = f"-{number}"
    return slug[: MAX_CHARS - len(ending)].rstrip("-") + ending
