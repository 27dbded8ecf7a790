"""What earlier steps gave: pinned samples, else what is known of earlier runs."""

import uuid
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from app.agents.models import Agent
from app.engine.graph import Step
from app.engine.redact import Redactor
from app.engine.states import RunMode, StepStatus
from app.engine.values import Json
from app.runs.models import Run, RunNode
from app.runs.people_copy import people_copy
from app.trials import ports, samples
from app.trials.needs import is_start
from app.vault.keys import Keyring
from app.web.words import local

RUNS_OFFERED = 10
RUNS_LOOKED_AT = 20
CAUGHT = "a real delivery"
_FIRST = ("", "0", "0.0", "0.0.0")  # outside loops, or for a loop's first item


@dataclass(frozen=True, slots=True)
class Given:
    """What a step gave once. `shown` is for people, `exact` what a try is given.

    From a run both are the copy that was kept of it; `run_id` is that run then.
    """

    shown: Json
    exact: Json
    words: str
    run_id: uuid.UUID | None = None
    is_pinned: bool = False


def runs_to_choose(session: Session, agent: Agent) -> Sequence[Run]:
    """The last runs of the agent, tries of single steps left out."""
    return session.scalars(
        select(Run)
        .where(
            Run.workspace_id == agent.workspace_id,
            Run.agent_id == agent.id,
            Run.only_node_id.is_(None),
        )
        .order_by(Run.id.desc())
        .limit(RUNS_OFFERED)
    ).all()


def newest(
    session: Session, keyring: Keyring, agent: Agent, steps: Iterable[Step]
) -> dict[str, Given]:
    """By step id: the pinned sample, else a caught delivery, else what the newest run knows."""
    wanted = {step.id: step for step in steps}
    pinned = samples.of_steps(session, agent, wanted)
    found = {
        step_id: Given(one.shown, samples.opened(keyring, one), one.source, is_pinned=True)
        for step_id, one in pinned.items()
    }
    for step in wanted.values():
        if step.id not in found and is_start(step):
            caught = ports.caught(session, keyring, agent, step.id)
            if caught is not None:
                found[step.id] = Given(people_copy(caught, Redactor()), caught, CAUGHT)
    return _of_runs(session, agent, wanted.keys() - found.keys()) | found


def of_run(session: Session, run: Run, step_ids: Iterable[str]) -> dict[str, Given]:
    """By step id: what this run knows of the steps; in loops, of the first item."""
    return _known_of(session, run.workspace_id, [(run.id, step_id) for step_id in step_ids])


def words_of(run: Run) -> str:
    """Where a value of this run came from."""
    kind = "try" if run.only_node_id else "rehearsal" if run.mode is RunMode.REHEARSAL else "run"
    at = local(run.created_at)
    return f"from the {kind} of {at.day} {at:%B}, {at:%H:%M}"


def _of_runs(session: Session, agent: Agent, step_ids: Set[str]) -> dict[str, Given]:
    """What the newest run in which each step did its work knows of it."""
    if not step_ids:
        return {}
    recent = (
        select(Run.id)
        .where(Run.workspace_id == agent.workspace_id, Run.agent_id == agent.id)
        .order_by(Run.id.desc())
        .limit(RUNS_LOOKED_AT)
        .subquery()
    )
    places = session.execute(
        select(RunNode.run_id, RunNode.node_id)
        .where(
            RunNode.workspace_id == agent.workspace_id,
            RunNode.run_id.in_(select(recent.c.id)),
            RunNode.node_id.in_(list(step_ids)),
            RunNode.iteration.in_(_FIRST),
            RunNode.status == StepStatus.SUCCESS,
            RunNode.started_at.is_not(None),  # not what a try was merely given
        )
        .order_by(RunNode.run_id)
    )
    newest_run = {place.node_id: place.run_id for place in places}
    wanted = [(run_id, step_id) for step_id, run_id in newest_run.items()]
    return _known_of(session, agent.workspace_id, wanted)


def _known_of(
    session: Session, workspace_id: uuid.UUID, places: Sequence[tuple[uuid.UUID, str]]
) -> dict[str, Given]:
    if not places:
        return {}
    of_places = (and_(RunNode.run_id == run, RunNode.node_id == step) for run, step in places)
    rows = session.execute(
        select(RunNode, Run)
        .join(Run, and_(Run.workspace_id == RunNode.workspace_id, Run.id == RunNode.run_id))
        .where(
            RunNode.workspace_id == workspace_id,
            RunNode.iteration.in_(_FIRST),
            RunNode.status == StepStatus.SUCCESS,
            or_(*of_places),
        )
        .order_by(RunNode.iteration.desc())
    )
    return {
        node.node_id: Given(node.output, node.output, words_of(run), run.id) for node, run in rows
    }
