"""For whom a message is: the chat's own agent, or another that its first word names."""

from collections.abc import Sequence

from sqlalchemy import select
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


def why_not_called(session: Session, chat: Chat, text: str) -> str:
    """Why the `/command` at the beginning calls nobody here; empty where it is no agent's."""
    words = text[1:].split(maxsplit=1)
    if text[:1] != "/" or not words:
        return ""
    command = words[0].rstrip(",:").casefold()
    agent = session.scalars(
        select(Agent).where(Agent.workspace_id == chat.workspace_id, Agent.command == command)
    ).first()
    if agent is None or agent.id == chat.agent_id:
        return ""
    if not agent.is_on:
        return f"“/{command}” calls “{agent.name}”, which is off."
    return f"“/{command}” calls “{agent.name}”, which takes no messages. Run it on its page."


def named_in(text: str, agents: Sequence[Agent]) -> tuple[Agent, str] | None:
    """Which of these agents the first word calls, the longest name first."""
    said = text[1:].casefold()
    for agent in sorted(agents, key=lambda one: -len(one.name)):
        for name in filter(None, (agent.name, agent.slug, agent.command)):
            word = name.casefold()
            if said.startswith(word) and not said[len(word) : len(word) + 1].isalnum():
                return agent, text[1 + len(word) :].lstrip(" ,:")
    return None
