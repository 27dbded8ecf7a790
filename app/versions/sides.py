"""Which two states of an agent a page shows: read from its address, found in its workspace."""

from flask import abort, request

from app.agents import drafts
from app.agents.models import Agent
from app.versions import directory
from app.versions.comparison import DRAFT, Side
from app.versions.publication import active_side, draft_side, version_side
from app.web.transactions import session

NOTHING = "none"


def draft_here(agent: Agent) -> Side:
    """The draft."""
    return draft_side(agent, drafts.draft_of(session(), agent))


def side_here(agent: Agent, word: str) -> Side:
    """The draft, or the version with this number; 404 for anything else."""
    if word == DRAFT:
        return draft_here(agent)
    number = int(word) if word.isascii() and word.isdigit() and len(word) < 9 else 0
    version = directory.version_numbered(session(), agent, number=number)
    if version is None:
        abort(404)
    return version_side(version)


def other_here(agent: Agent, chosen: Side) -> Side | None:
    """What `?with=` names to compare with; else the one before: the active one for the draft."""
    word = request.args.get("with", "")
    if word == NOTHING:
        return None
    if word:
        return side_here(agent, word)
    if chosen.is_draft:
        return active_side(agent)
    number = chosen.row.version_number or 0
    before = directory.version_before(session(), agent, number=number)
    return version_side(before) if before else None
