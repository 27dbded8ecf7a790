"""What a run is tied to: the run that started it, those it started, and what its steps wait for."""

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session

from app.agents.models import Agent
from app.engine.states import Reason, RunStatus
from app.runs.models import Run, RunWait
from app.runs.ports import OpenQuestion

Spot = tuple[str, str]


class Relative(NamedTuple):
    """Another run, as a link to it says; the fields are the columns of `_relatives`."""

    id: uuid.UUID
    agent_name: str
    status: RunStatus
    reason: str | None
    key: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """What one step waits for."""

    reason: Reason
    due: datetime | None
    question: OpenQuestion | None


def parent_of(session: Session, run: Run) -> Relative | None:
    """The run that started this one."""
    if run.parent_run is None:
        return None
    given = {"here": run.workspace_id, "wanted": run.parent_run}
    row = session.execute(_relatives().where(Run.id == bindparam("wanted")), given).one_or_none()
    return Relative._make(row) if row else None


def children_at(session: Session, run: Run, spots: Collection[Spot]) -> Mapping[Spot, Relative]:
    """The runs that these steps of the run started; a step names its run by its key."""
    keys = {f"{run.id}:{step_id}:{path}": (step_id, path) for step_id, path in spots}
    if not keys:
        return {}
    found = session.execute(_by_key(), {"here": run.workspace_id, "keys": list(keys)})
    relatives = [Relative._make(row) for row in found]
    return {keys[one.key]: one for one in relatives if one.key in keys}


def waiting_at(
    session: Session, run: Run, spots: Collection[Spot], questions: Sequence[OpenQuestion]
) -> Mapping[Spot, Waiting]:
    """What these steps of the run wait for and have not heard yet."""
    if not spots:
        return {}
    asked = {(one.node_id, one.iteration): one for one in questions}
    given = {"run": run.id, "paths": list({path for _, path in spots})}
    return {
        (wait.node_id, wait.iteration): Waiting(
            reason=wait.reason, due=wait.due, question=asked.get((wait.node_id, wait.iteration))
        )
        for wait in session.execute(_waits(), given)
        if (wait.node_id, wait.iteration) in spots
    }


# Building one of these costs more than running it, so each is built once.


@cache
def _relatives() -> Select[*tuple[Any, ...]]:
    return (
        select(Run.id, Agent.name, Run.status, Run.reason, Run.idempotency_key)
        .join(Run.agent)
        .where(Run.workspace_id == bindparam("here"))
    )


@cache
def _by_key() -> Select[*tuple[Any, ...]]:
    return _relatives().where(Run.idempotency_key.in_(bindparam("keys", expanding=True)))


@cache
def _waits() -> Select[*tuple[Any, ...]]:
    return select(RunWait.node_id, RunWait.iteration, RunWait.reason, RunWait.due).where(
        RunWait.run_id == bindparam("run"),
        RunWait.iteration.in_(bindparam("paths", expanding=True)),
        RunWait.reply.is_(None),
    )
