"""Trying one step of the draft: a run of that step alone, on values handed over to it."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.agents import drafts
from app.agents.models import Agent
from app.engine.graph import Graph, Step
from app.engine.redact import Redactor
from app.engine.states import RunMode, StepStatus, TriggerType
from app.engine.values import Json
from app.lib import clock
from app.runs import starting
from app.runs.models import Run, RunNode, RunState
from app.runs.people_copy import people_copy
from app.runs.starting import Start
from app.trials.needs import is_start
from app.vault.keys import Keyring
from app.vault.run_values import RunValues


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What a step is tried with: by step id what others are said to have given.

    For a start, its own entry is what sets it off. `data_of` is the earlier run that the values
    come from: its files can be read. Two trials with the same `key` are one.
    """

    outputs: Mapping[str, Json]
    mode: RunMode
    by: User
    data_of: uuid.UUID | None = None
    key: str | None = None


def start(session: Session, keyring: Keyring, *, agent: Agent, step: Step, trial: Trial) -> Run:
    """Accept the run that tries this step; call inside `writing()` and ring after the commit."""
    known = _started_before(session, agent, trial)
    if known is not None:
        return known
    version = drafts.draft_of(session, agent)
    graph = version.flow_graph.graph
    trigger = step.id if is_start(step) else _start_among(graph, trial.outputs)
    payload = trial.outputs.get(trigger) if trigger else None
    begin = Start(
        payload=payload if isinstance(payload, dict) else {},
        trigger_type=TriggerType.MANUAL,
        trigger_words=f"Tried “{step.name}”",
        by=trial.by,
        mode=trial.mode,
        only_node_id=step.id,
        start_node_id=trigger,
        replay_of=trial.data_of,
        idempotency_key=trial.key,
    )
    run = starting.start(session, keyring, agent=agent, version=version, begin=begin)
    _hand_over(session, keyring, run, graph, step, trial.outputs)
    return run


def _hand_over(
    session: Session,
    keyring: Keyring,
    run: Run,
    graph: Graph,
    step: Step,
    outputs: Mapping[str, Json],
) -> None:
    """Write down the values as if their steps had given them; the worker reads them there."""
    values = RunValues(keyring, workspace_id=run.workspace_id, run_id=run.id)
    for step_id, output in outputs.items():
        other = graph.find(step_id)
        if other is None or step_id == step.id:
            continue
        ids = {"workspace_id": run.workspace_id, "run_id": run.id, "node_id": step_id}
        shown = people_copy(output, Redactor())
        node = RunNode(
            **ids,
            iteration="",
            node_type=other.type,
            status=StepStatus.SUCCESS,
            output=shown,
            finished_at=clock.now(),
        )
        sealed = values.seal_first(session, output, step_id=step_id, iteration="")
        session.add_all([node, RunState(**ids, iteration="", ciphertext=sealed)])
    session.flush()


def _start_among(graph: Graph, outputs: Mapping[str, Json]) -> str | None:
    return next((one.id for one in graph.order if one.id in outputs and is_start(one)), None)


def _started_before(session: Session, agent: Agent, trial: Trial) -> Run | None:
    if trial.key is None:
        return None
    return session.scalars(
        select(Run).where(
            Run.workspace_id == agent.workspace_id,
            Run.agent_id == agent.id,
            Run.idempotency_key == trial.key,
        )
    ).one_or_none()
