"""Settings of an agent that are no steps: what kind it is, how it works, what calls it."""

import re

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.agents import lifecycle
from app.agents.manner import Manner, manner_of
from app.agents.models import Agent, AgentType
from app.agents.type_words import CHOOSABLE
from app.audit import trail
from app.engine.errors import EditRefused
from app.lib import clock
from app.model import storable_text
from app.workspaces.models import Workspace

MAX_COMMAND_CHARS = 30
# Words that a chat or a shell means something else by, or may come to.
RESERVED_COMMANDS = frozenset(
    {
        *("agent", "agents", "all", "approve", "archive", "cancel", "chat", "clear", "commands"),
        *("delete", "draft", "exit", "everybody", "everyone", "forget", "help", "here", "list"),
        *("me", "members", "new", "no", "quit", "rename", "run", "runs", "settings", "share"),
        *("start", "stop", "yes", "you"),
    }
)
_COMMAND = re.compile(r"[a-z][a-z0-9-]*[a-z0-9]")


def tidy_command(typed: str) -> str:
    """` /Summarise ` is `summarise`."""
    return typed.strip().removeprefix("/").casefold()


def set_command(session: Session, agent: Agent, *, by: User, command: str) -> None:
    """The word that calls the agent from now on; an empty one takes it away.

    Raises EditRefused for what is no such word, is taken, or means something else.
    """
    lifecycle.refuse_built_in(agent)
    command = tidy_command(command)
    if command == (agent.command or ""):
        return
    if command:
        _refuse_unfit(command)
        # People who choose the same word at once take turns.
        held = select(Workspace.id).where(Workspace.id == agent.workspace_id).with_for_update()
        session.execute(held)
        _refuse_taken(session, agent, command)
    agent.command = command or None
    _note(session, agent, "agent_command_set" if command else "agent_command_removed", by, command)


def set_manner(session: Session, agent: Agent, *, by: User, type_: AgentType, how: Manner) -> None:
    """How the draft works from now on; what is published stays as it is until the next version.

    Raises EditRefused for an agent that is put away, or comes with Lamplight.
    """
    lifecycle.refuse_built_in(agent)
    if agent.is_archived:
        raise EditRefused("This agent is put away. Bring it back before you change it.")
    if type_ is not agent.type and type_ not in CHOOSABLE:
        raise EditRefused("Only Lamplight's own agents are of this kind.")
    if (type_, how) == (agent.type, manner_of(agent)):
        return
    agent.type = type_
    agent.system_message, agent.config = storable_text(how.system_message), how.config
    _note(session, agent, "agent_settings_changed", by)


def _refuse_unfit(command: str) -> None:
    if not _COMMAND.fullmatch(command) or len(command) > MAX_COMMAND_CHARS:
        raise EditRefused(
            f"A command is one word of 2 to {MAX_COMMAND_CHARS} small letters and digits, such as "
            "summarise."
        )
    if command in RESERVED_COMMANDS:
        raise EditRefused(f"“/{command}” has a meaning of its own. Choose another word.")


def _refuse_taken(session: Session, agent: Agent, command: str) -> None:
    other = session.scalars(
        select(Agent)
        .where(
            Agent.workspace_id == agent.workspace_id,
            Agent.id != agent.id,
            or_(Agent.command == command, Agent.slug == command, func.lower(Agent.name) == command),
        )
        .limit(1)
    ).first()
    if other is not None:
        where = ", which is put away" if other.is_archived else ""
        raise EditRefused(f"“/{command}” calls “{other.name}”{where}. Choose another word.")


def _note(session: Session, agent: Agent, action: str, by: User, command: str = "") -> None:
    agent.updated_at = clock.now()
    trail.record(
        session,
        action,
        workspace_id=agent.workspace_id,
        actor_id=by.id,
        subject=agent.name,
        details={"agent": str(agent.id), **({"command": command} if command else {})},
    )
