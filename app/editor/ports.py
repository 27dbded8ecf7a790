"""What the editor asks of higher rooms and of the room of runs; `app/ports.py` fills it in."""

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.agents.models import Agent
from app.engine.graph import Graph
from app.engine.values import Json
from app.workspaces.models import Workspace

Told = Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class Remark:
    """What a colleague said about a step; `path` is the page of ours where it is answered."""

    step_id: str
    by: str
    text: str
    path: str


def _no_run(
    _session: Session,
    _workspace: Workspace,
    _agent: Agent,
    _run_id: uuid.UUID,
    _item: str | None,
) -> Told | None:
    return None


def _no_runs(_session: Session, _agent: Agent, _limit: int) -> Sequence[Told]:
    return ()


def _nothing_known(_workspace_id: uuid.UUID, _run_id: uuid.UUID) -> str | None:
    return None


def _no_other_page(_graph: Graph) -> str | None:
    return None


def _nothing_said(_session: Session, _agent: Agent) -> Sequence[Remark]:
    return ()


# A run of the whole flow of this agent as the canvas draws it, with the state of each step; None
# when there is none with this id. The last word names the item of a loop to look at.
run_over: Callable[[Session, Workspace, Agent, uuid.UUID, str | None], Told | None] = _no_run

# The newest runs of the agent in words, as the canvas offers them.
last_runs: Callable[[Session, Agent, int], Sequence[Told]] = _no_runs

# What pages of this run have seen when they are up to date; None when that is not known.
live_mark: Callable[[uuid.UUID, uuid.UUID], str | None] = _nothing_known

# What is said about steps of the draft and not settled, the first first.
remarks: Callable[[Session, Agent], Sequence[Remark]] = _nothing_said

# Where the agent of this request is changed without its flow: the address of the page that can
# show this flow, None where there is none.
other_page: Callable[[Graph], str | None] = _no_other_page
