"""What those are called who spent: agents, people and chats, as far as the reader may know."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from app.language_models import ports
from app.language_models.models import NO_AGENT, NO_CHAT, NOBODY
from app.language_models.ports import Use
from app.workspaces import directory as members
from app.workspaces.models import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """Names by ids. People and chats that are not named are the reader's no business, or gone."""

    agents: Mapping[uuid.UUID, Use] = field(default_factory=dict)
    people: Mapping[uuid.UUID, str] = field(default_factory=dict)
    chats: Mapping[uuid.UUID, Use] = field(default_factory=dict)

    def agent(self, agent_id: uuid.UUID) -> str:
        """The agent, or what stood in its place."""
        if agent_id == NO_AGENT:
            return "Questions tried in Settings"
        known = self.agents.get(agent_id)
        return known.name if known else "An agent that is gone"

    def person(self, user_id: uuid.UUID) -> str:
        """Who started it."""
        if user_id == NOBODY:
            return "Started by itself"
        return self.people.get(user_id, "Somebody else")

    def chat(self, chat_id: uuid.UUID) -> str:
        """The chat in which it was asked."""
        if chat_id == NO_CHAT:
            return "Outside of chats"
        known = self.chats.get(chat_id)
        return known.name if known else "A chat of somebody else, or one that is gone"


def of_keys(
    session: Session,
    workspace: Workspace,
    *,
    agents: frozenset[uuid.UUID],
    people: frozenset[uuid.UUID],
    chats: frozenset[uuid.UUID],
    reader: Any,
    sees_people: bool,
) -> Names:
    """The names of those that spent. Other people are named for those who manage members."""
    known_people = {reader.id: reader.name}
    if sees_people and people - {NOBODY, reader.id}:
        known_people |= {
            one.user_id: one.user.name for one in members.people_of(session, workspace)
        }
    return Names(
        agents=ports.agents(session, workspace.id, agents - {NO_AGENT})
        if agents - {NO_AGENT}
        else {},
        people=known_people,
        chats=ports.chats(session, workspace.id, chats - {NO_CHAT}, reader.id)
        if chats - {NO_CHAT}
        else {},
    )
