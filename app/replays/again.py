"""A run once more: from its start or from a later step, with the results before it kept."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.engine.graph import Graph, Step
from app.engine.record import StepRecord
from app.engine.states import RunMode, RunStatus, TriggerType
from app.engine.values import Json
from app.lib.cipher import CannotOpen
from app.replays import copying, sent
from app.replays.flows import Flow
from app.replays.kept import Kept, keep
from app.replays.missing import Missing, missing_in, put
from app.replays.needed import Needed
from app.replays.sent import Inner, Sent
from app.runs import starting
from app.runs.models import Run, RunNode, RunState
from app.runs.starting import Start
from app.vault.keys import Keyring
from app.vault.run_values import RunValues

START = "What started it"


@dataclass(frozen=True, kw_only=True)
class Recorded:
    """What is known of an earlier run: its steps outside loops, and what it has exactly."""

    run: Run
    graph: Graph
    records: Mapping[str, StepRecord]
    inner: Inner
    exact: Mapping[str, Json]

    @property
    def payload(self) -> Json:
        """What set it off, exactly where that is still known."""
        return self.exact.get("", self.run.trigger_payload)


@dataclass(frozen=True, kw_only=True)
class Again:
    """A new run as it would be; `begin_at` None: from the start."""

    recorded: Recorded
    flow: Flow
    begin_at: Step | None
    kept: Kept
    missing: Sequence[Missing]
    kept_sent: Sequence[Sent]
    sent_again: Sequence[Sent]
    may_send: Sequence[str]

    @property
    def run(self) -> Run:
        """The earlier run."""
        return self.recorded.run

    @property
    def must_rehearse(self) -> bool:
        """Whether what is kept was never really sent, so that nothing may build on it."""
        return self.begin_at is not None and self.run.mode is RunMode.REHEARSAL


def recorded(session: Session, keyring: Keyring, runs: Sequence[Run]) -> list[Recorded]:
    """What is known of these runs, in a few questions for all of them."""
    records: dict[uuid.UUID, dict[str, StepRecord]] = {run.id: {} for run in runs}
    rows = select(RunNode).where(RunNode.run_id.in_(list(records)), RunNode.iteration == "")
    for node in session.scalars(rows):
        records[node.run_id][node.node_id] = node.shown
    exact = _exact(session, keyring, [run for run in runs if run.status is RunStatus.WAITING])
    inner = sent.inner_writes(session, runs)
    graphs = {run.flow_graph_id: run.flow_graph for run in runs}
    read = {key: flow_graph.graph for key, flow_graph in graphs.items()}
    return [
        Recorded(
            run=run,
            graph=read[run.flow_graph_id],
            records=records[run.id],
            inner=inner,
            exact=exact.get(run.id, {}),
        )
        for run in runs
    ]


def plan_again(recorded: Recorded, flow: Flow, *, begin_at: str | None) -> Again:
    """What a new run would keep, ask for and send."""
    old, new = recorded.graph, flow.graph
    place = None if begin_at is None else old.find(begin_at)
    if place is None:
        kept = Kept(again=tuple(step for step in old.order if step.id in recorded.records))
    else:
        kept = keep(old, new, recorded.records, begin_at=place.id)
    ahead = _ahead(new, kept)
    return Again(
        recorded=recorded,
        flow=flow,
        begin_at=place,
        kept=kept,
        missing=_missing(recorded, new, kept, ahead),
        kept_sent=_sent(recorded, kept.steps),
        sent_again=_sent(recorded, kept.again),
        may_send=sent.may_send(new, [step for step in ahead if step.parent is None]),
    )


def begin(
    session: Session,
    keyring: Keyring,
    again: Again,
    *,
    answers: Mapping[tuple[str, tuple[str | int, ...]], Json],
    by: User,
    mode: RunMode,
    key: str | None,
) -> Run:
    """Start the new run; call inside `writing()`, then ring. The same key gives the same run.

    `answers` has a value for each that is missing, by step and path.
    """
    run = again.run
    values = _filled(again, answers)
    payload: Any = values.pop("")
    begun = Start(
        payload=payload,
        trigger_type=TriggerType.MANUAL,
        by=by,
        mode=RunMode.REHEARSAL if again.must_rehearse else mode,
        replay_of=run.id,
        idempotency_key=key,
        start_node_id=run.start_node_id,
        flow_graph_id=again.flow.flow_graph_id,
    )
    version = again.flow.version
    made = starting.start(session, keyring, agent=run.agent, version=version, begin=begun)
    copying.copy_kept(session, keyring, run, made, graph=again.flow.graph, values=values)
    return made


def _exact(session: Session, keyring: Keyring, runs: Sequence[Run]) -> dict[uuid.UUID, Any]:
    """Values of runs that have not ended, as they really were."""
    found: dict[uuid.UUID, dict[str, Json]] = {run.id: {} for run in runs}
    if not runs:
        return found
    rows = session.scalars(
        select(RunState).where(RunState.run_id.in_(list(found)), RunState.iteration == "")
    )
    for row in rows:
        values = RunValues(keyring, workspace_id=row.workspace_id, run_id=row.run_id)
        try:
            exact = values.open(row.ciphertext, step_id=row.node_id, iteration="")
        except CannotOpen:
            continue  # its copy is used, and asked about where it is not whole
        found[row.run_id][row.node_id] = exact
    return found


def _ahead(graph: Graph, kept: Kept) -> list[Step]:
    """The steps that may still run: all but those kept and those inside a kept loop."""
    done = {step.id for step in kept.steps}
    return [
        step
        for step in graph.order
        if step.id not in done and not done & {one.id for one in sent.around(graph, step)}
    ]


def _missing(
    recorded: Recorded, graph: Graph, kept: Kept, ahead: Sequence[Step]
) -> tuple[Missing, ...]:
    needed = Needed(graph, ahead)
    found = list(missing_in(recorded.payload, step_id="", name=START))
    for step in kept.steps:
        if step.id not in recorded.exact:
            output = recorded.records[step.id].output
            found += missing_in(output, step_id=step.id, name=step.name)
    return tuple(one for one in found if needed.has(one))


def _sent(recorded: Recorded, steps: Sequence[Step]) -> list[Sent]:
    return sent.sent_by(
        recorded.run,
        recorded.graph,
        steps,
        records=recorded.records,
        inner=recorded.inner,
    )


def _filled(
    again: Again, answers: Mapping[tuple[str, tuple[str | int, ...]], Json]
) -> dict[str, Json]:
    """The values that the new run begins with, by step; those that set it off under ''."""
    recorded = again.recorded
    values = {"": recorded.payload}
    for step in again.kept.steps:
        values[step.id] = recorded.exact.get(step.id, recorded.records[step.id].output)
    for (step_id, path), answer in answers.items():
        values[step_id] = put(values[step_id], path, answer)
    return values
