"""Pinning a value to a step of the draft, and taking it off again."""

import json
import uuid
from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from app.accounts.models import User
from app.agents.models import Agent
from app.audit import trail
from app.engine.graph import Step
from app.engine.redact import Redactor
from app.engine.values import Json, clean
from app.lib import clock
from app.lib.cipher import CannotOpen
from app.runs.people_copy import people_copy
from app.trials.models import Sample
from app.vault.keys import Keyring

MAX_BYTES = 1_000_000


def pin(
    session: Session,
    keyring: Keyring,
    agent: Agent,
    step: Step,
    *,
    value: Json,
    source: str,
    by: User,
) -> Sample:
    """Keep this value as what the step gives when others are tried; call inside `writing()`.

    `source` says in words where it came from. Raises StepFailed for more than MAX_BYTES.
    """
    kept = clean(value, max_bytes=MAX_BYTES)
    sample = of_step(session, agent, step.id)
    if sample is None:
        sample = Sample(workspace_id=agent.workspace_id, agent_id=agent.id, node_id=step.id)
    sample.created_at = clock.now()
    sample.sealed = keyring.seal(
        session,
        json.dumps(kept, ensure_ascii=False, separators=(",", ":")).encode(),
        workspace_id=agent.workspace_id,
        context=_place(agent.id, step.id),
    )
    sample.shown = people_copy(kept, Redactor())
    sample.source, sample.pinned_by = source, by.id
    session.add(sample)
    session.flush()
    _record(session, "sample_pinned", agent, step, by=by)
    return sample


def unpin(session: Session, agent: Agent, step: Step, *, by: User) -> None:
    """Let go of the step's sample, if it has one; call inside `writing()`."""
    sample = of_step(session, agent, step.id)
    if sample is None:
        return
    session.delete(sample)
    session.flush()
    _record(session, "sample_unpinned", agent, step, by=by)


def of_step(session: Session, agent: Agent, step_id: str) -> Sample | None:
    """The sample pinned to this step, with who pinned it."""
    return of_steps(session, agent, [step_id]).get(step_id)


def of_steps(session: Session, agent: Agent, step_ids: Iterable[str]) -> dict[str, Sample]:
    """The samples pinned to these steps, by step id."""
    found = session.scalars(
        select(Sample)
        .options(joinedload(Sample.author))
        .where(
            Sample.workspace_id == agent.workspace_id,
            Sample.agent_id == agent.id,
            Sample.node_id.in_(list(step_ids)),
        )
    )
    return {one.node_id: one for one in found}


def opened(keyring: Keyring, sample: Sample) -> Json:
    """The exact value; the copy for people where it does not open any more."""
    context = _place(sample.agent_id, sample.node_id)
    try:
        packed = keyring.open(sample.sealed, workspace_id=sample.workspace_id, context=context)
    except CannotOpen:
        return sample.shown
    value: Json = json.loads(packed)
    return value


def _place(agent_id: uuid.UUID, step_id: str) -> tuple[str, ...]:
    return ("step sample", str(agent_id), step_id)


def _record(session: Session, action: str, agent: Agent, step: Step, *, by: User) -> None:
    trail.record(
        session,
        action,
        workspace_id=agent.workspace_id,
        actor_id=by.id,
        subject=agent.name,
        details={"agent": str(agent.id), "step": step.name},
    )
