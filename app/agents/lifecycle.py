"""What happens to an agent as a whole: new words, on and off, put away and brought back."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.orm import Session

from app.accounts.models import User
from app.agents import ports
from app.agents.looks import PICTURES
from app.agents.models import BUILT_IN, Agent, AgentStatus
from app.audit import trail
from app.engine.errors import EditRefused
from app.lib import clock

COMES_WITH_LAMPLIGHT = "This agent comes with Lamplight, so it stays as it is."


class SwitchRefused(ValueError):
    """The agent cannot be switched on; `sentence` says what is missing."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def refuse_built_in(agent: Agent) -> None:
    """Raise EditRefused for an agent that only Lamplight itself changes."""
    if agent.is_built_in:
        raise EditRefused(COMES_WITH_LAMPLIGHT)


@contextmanager
def keeping(agent: Agent, *, built_in: str) -> Iterator[Agent]:
    """Inside, Lamplight may change this agent of its own, called `built_in`; afterwards nobody may.

    All in one transaction, in which no other sees it without its mark.
    """
    agent.meta = {name: value for name, value in agent.meta.items() if name != BUILT_IN}
    yield agent
    agent.meta = {**agent.meta, BUILT_IN: built_in}


def describe(
    session: Session,
    agent: Agent,
    *,
    by: User,
    name: str,
    description: str,
    max_parallel: int | None = None,
    icon: str = "",
) -> None:
    """Give it another name, description, limit of runs at a time and picture; its address stays.

    An empty `icon`, or one that nobody drew for agents, leaves the picture as it is.
    """
    refuse_built_in(agent)
    told = (name, description, max_parallel, icon if icon in PICTURES else agent.icon)
    if told == (agent.name, agent.description, agent.max_parallel, agent.icon):
        return
    before = agent.name
    agent.name, agent.description, agent.max_parallel, agent.icon = told
    _note(session, agent, "agent_described", by, {"agent": str(agent.id), "name_before": before})


def switch_on(session: Session, agent: Agent, *, by: User) -> None:
    """Let its triggers fire and let it be called. Raises SwitchRefused without a version."""
    if agent.is_archived:
        raise SwitchRefused("This agent is put away. Bring it back before you switch it on.")
    if not agent.is_published:
        raise SwitchRefused("Publish the agent first. Only a published version can be on.")
    if not agent.is_on:
        _become(session, agent, AgentStatus.ACTIVE, "switched_on", by)


def switch_off(session: Session, agent: Agent, *, by: User) -> None:
    """Nothing starts it by itself any more; runs that have begun go on."""
    if agent.is_on:
        _become(session, agent, AgentStatus.INACTIVE, "switched_off", by)


def archive(session: Session, agent: Agent, *, by: User) -> None:
    """Put it away: off, out of the list, with its versions and runs kept."""
    if not agent.is_archived:
        _become(session, agent, AgentStatus.ARCHIVED, "archived", by)


def unarchive(session: Session, agent: Agent, *, by: User) -> None:
    """Bring it back, switched off."""
    if agent.is_archived:
        _become(session, agent, AgentStatus.INACTIVE, "brought_back", by)


def _become(
    session: Session, agent: Agent, status: AgentStatus, what: ports.Change, by: User
) -> None:
    refuse_built_in(agent)
    agent.status = status
    _note(session, agent, f"agent_{what}", by, {"agent": str(agent.id)})
    ports.tell(session, agent, what)


def _note(session: Session, agent: Agent, action: str, by: User, details: dict[str, str]) -> None:
    agent.updated_at = clock.now()
    trail.record(
        session,
        action,
        workspace_id=agent.workspace_id,
        actor_id=by.id,
        subject=agent.name,
        details=details,
    )
