"""An agent as its page shows it: what it can touch, and what it does in words."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.agents.models import Agent, AgentVersion
from app.engine.describe import touching
from app.engine.problem import Known
from app.engine.reach_card_words import Line
from app.versions import description
from app.versions.comparison import Side
from app.versions.publication import draft_side, version_side
from app.versions.reach import card_of, reach_of
from app.versions.written import Block, blocks


@dataclass(frozen=True, slots=True)
class Portrait:
    """The version that runs by itself, else the draft: its reach card and its words."""

    of: str
    reach: Sequence[Line]
    words: Sequence[Block]


def portrait(session: Session, agent: Agent, draft: AgentVersion, known: Known) -> Portrait:
    """What the agent is, for people who meet it."""
    side = _side(agent, draft)
    reach = reach_of(session, agent, side.graph, known, spec=side.spec)
    text = description.text_of(agent, side, known, reach=reach).replace(touching(reach), "")
    of = f"version {side.name}" if not side.is_draft else "the draft"
    return Portrait(of, card_of(reach, side.graph, known), blocks(text))


def _side(agent: Agent, draft: AgentVersion) -> Side:
    active = agent.active_version
    if active is None:
        return draft_side(agent, draft)
    if active.flow_graph_id == draft.flow_graph_id:  # the same flow, which is at hand already
        return Side(active, draft.flow_graph.graph, active.spec_json)
    return version_side(active)
