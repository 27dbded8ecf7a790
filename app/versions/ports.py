"""What the versions' room asks of other rooms; `app/ports.py` fills it in."""

import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence

from sqlalchemy.orm import Session

from app.accounts.models import User
from app.agents.models import Agent, AgentVersion
from app.engine.graph import Graph, Step
from app.engine.values import Json


def _nothing_against(_session: Session, _agent: Agent, _digest: str, _by: User) -> str | None:
    return None


def _by_nobody(_session: Session, _agent: Agent, _digest: str, _by: User) -> Sequence[str]:
    return ()


def _unknown(_session: Session, _agent: Agent, _digest: str, _by: User) -> None:
    return None


def _no_approvals(_session: Session, _versions: Sequence[AgentVersion]) -> Mapping[uuid.UUID, str]:
    return {}


def _not_drawn(_graph: Graph, _steps: Iterable[Step]) -> Mapping[str, Json]:
    return {}


# Whether this person may publish the graph with this digest: a sentence that says why not, or
# None. Asked inside `publication.publish`, in its transaction: (session, agent, digest, by).
may_publish: Callable[[Session, Agent, str, User], str | None] = _nothing_against

# On whose approval this person publishes it: names. Asked in the same place.
approvers: Callable[[Session, Agent, str, User], Sequence[str]] = _by_nobody

# How a draft with this digest stands in the eyes of colleagues, for the page that publishes it.
standing: Callable[[Session, Agent, str, User], object] = _unknown

# On whose approval versions were published: names in words, by the version's id.
approvals: Callable[[Session, Sequence[AgentVersion]], Mapping[uuid.UUID, str]] = _no_approvals

# How these steps of a graph look on the canvas, by id.
views: Callable[[Graph, Iterable[Step]], Mapping[str, Json]] = _not_drawn
