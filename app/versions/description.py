"""An agent in words: made from its flow, kept when people write their own, and its machine form."""

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from app.accounts.models import User
from app.agents import drafts
from app.agents.models import Agent
from app.agents.surroundings import known_to
from app.audit import trail
from app.engine.describe import described, plain
from app.engine.problem import Known
from app.engine.reach_card import Touch
from app.nodes.catalogue import CATALOGUE
from app.versions.comparison import Side
from app.versions.reach import reach_of

MAX_CHARS = 20_000


def text_of(agent: Agent, side: Side, known: Known, *, reach: Sequence[Touch]) -> str:
    """The Markdown of the draft or a version: what people wrote, else made from the flow.

    `reach` is what the flow can touch.
    """
    if side.row.spec_markdown:
        return side.row.spec_markdown
    about = f"{plain(agent.description)}\n\n" if agent.description else ""
    return about + described(side.graph, CATALOGUE, known=known, reach=reach)


def whole_text(session: Session, agent: Agent, side: Side) -> str:
    """The same, for those that know nothing else of the side yet."""
    known = known_to(session, agent)
    reach = reach_of(session, agent, side.graph, known, spec=side.spec)
    return text_of(agent, side, known, reach=reach)


def write(session: Session, agent: Agent, *, by: User, text: str) -> None:
    """Keep these words for the agent, from the next version on, until they are reset."""
    draft = drafts.draft_of(session, agent)
    if draft.spec_markdown == text:
        return
    draft.spec_markdown = text
    _note(session, agent, by, "agent_words_written")


def reset(session: Session, agent: Agent, *, by: User) -> None:
    """Let the words be made from the flow again."""
    draft = drafts.draft_of(session, agent)
    if draft.spec_markdown:
        draft.spec_markdown = ""
        _note(session, agent, by, "agent_words_reset")


def machine_form(agent: Agent, side: Side) -> str:
    """The whole version as JSON: its name, all that decides how it behaves, and its flow."""
    row = side.row
    told: dict[str, Any] = {
        "name": agent.name,
        "version": row.version or None,
        "published_at": row.published_at.isoformat() if row.published_at else None,
        "spec": dict(side.spec),
        "flow": side.graph.to_json(),
    }
    return json.dumps(told, ensure_ascii=False, indent=2) + "\n"


def _note(session: Session, agent: Agent, by: User, action: str) -> None:
    trail.record(
        session,
        action,
        workspace_id=agent.workspace_id,
        actor_id=by.id,
        subject=agent.name,
        details={"agent": str(agent.id)},
    )
