"""For whom a message is: the chat's own agent, or another that its first word names."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from app.agents.models import Agent
from app.chats import directory
from app.chats.models import Chat
from app.workspaces.models import Workspace


def addressed(session: Session, chat: Chat, text: str) -> tuple[Agent, str]:
    """`@name …` or `/command …` asks another agent; what is left of the words is for it."""
    if text[:1] not in ("@", "/"):
        return chat.agent, text
    workspace = session.get_one(Workspace, chat.workspace_id)
    return named_in(text, directory.agents_to_talk_to(session, workspace)) or (chat.agent, text)


def named_in(text: str, agents: Sequence[Agent]) -> tuple[Agent, str] | None:
    """Which of these agents the first word calls, the longest name first."""
    said = text[1:].casefold()
    for agent in sorted(agents, key=lambda one: -len(one.name)):
        for name in filter(None, (agent.name, agent.slug, agent.command)):
            word = name.casefold()
            if said.startswith(word) and not said[len(word) : len(word) + 1].isalnum():
                return agent, text[1 + len(word) :].lstrip(" ,:")
    return None
