"""What the versions' room asks of other rooms; `app/ports.py` fills it in."""

from collections.abc import Callable, Iterable, Mapping

from sqlalchemy.orm import Session

from app.accounts.models import User
from app.agents.models import Agent
from app.engine.graph import Graph, Step
from app.engine.values import Json


def _nothing_against(_session: Session, _agent: Agent, _digest: str, _by: User) -> str | None:
    return None


def _not_drawn(_graph: Graph, _steps: Iterable[Step]) -> Mapping[str, Json]:
    return {}


# Whether this person may publish the graph with this digest: a sentence that says why not, or
# None. Asked inside `publication.publish`, in its transaction: (session, agent, digest, by).
may_publish: Callable[[Session, Agent, str, User], str | None] = _nothing_against

# How these steps of a graph look on the canvas, by id.
views: Callable[[Graph, Iterable[Step]], Mapping[str, Json]] = _not_drawn
