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
from app.nodes.catalogue import CATALOGUE
from app.replays import copying, sent
from app.replays.copying import Keeping
from app.replays.flows import Flow
from app.replays.items import Change, Items, items_of
from app.replays.kept import Kept, is_behind, is_over, is_same, keep
from app.replays.missing import Missing, missing_in, put
from app.replays.needed import Needed
from app.replays.sent import Inner, Sent, Tally, tallies
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
    """A new run as it would be; `begin_at` None: from the start.

    `items` are those of the loops that had not ended, or that it begins at.
    """

    recorded: Recorded
    flow: Flow
    begin_at: Step | None
    kept: Kept
    items: Sequence[Items]
    missing: Sequence[Missing]
    kept_sent: Sequence[Sent]
    sent_again: Sequence[Sent]
    may_send: Sequence[Sent]

    @property
    def run(self) -> Run:
        """The earlier run."""
        return self.recorded.run

    @property
    def done(self) -> list[Tally]:
        """What the earlier run sent, by what it is, and how many of these would be sent again."""
        return tallies(self.kept_sent, self.sent_again)

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


def plan_again(
    session: Session,
    keyring: Keyring,
    recorded: Recorded,
    flow: Flow,
    *,
    begin_at: str | None,
    all_items: bool = False,
) -> Again:
    """What a new run would keep, ask for and send. `all_items`: loops begin at their first one."""
    old, new = recorded.graph, flow.graph
    place = None if begin_at is None else old.find(begin_at)
    if place is None:
        kept = Kept(again=tuple(step for step in old.order if step.id in recorded.records))
    else:
        kept = keep(old, new, recorded.records, begin_at=place.id)
    ahead = _ahead(new, kept)
    missing = _missing(recorded, new, kept, ahead)
    change = Change(
        old=old,
        new=new,
        kept=frozenset(step.id for step in kept.steps),
        behind=_behind(old, new, place),
        ahead=ahead,
        missing=missing,
        all_again=all_items,
    )
    items = _items(session, keyring, recorded, change, place)
    stay, again = _split(old, kept, items)
    return Again(
        recorded=recorded,
        flow=flow,
        begin_at=place,
        kept=kept,
        items=items,
        missing=(*missing, *(one for some in items for one in some.missing)),
        kept_sent=_sent(recorded, stay),
        sent_again=_sent(recorded, again),
        may_send=sent.may_send(new, [step for step in ahead if step.parent is None]),
    )


def begin(
    session: Session,
    keyring: Keyring,
    again: Again,
    *,
    answers: Mapping[Missing, Json],
    by: User,
    mode: RunMode,
    key: str | None,
) -> Run:
    """Start the new run; call inside `writing()`, then ring. The same key gives the same run.

    `answers` has a value for each that is missing.
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
    keeping = Keeping(
        graph=again.flow.graph,
        values=values,
        items=[one for one in again.items if one.are_kept],
        answers={one: answer for one, answer in answers.items() if one.iteration},
    )
    copying.copy_kept(session, keyring, run, made, keeping)
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
        if step.id not in done and not done & {one.id for one in graph.around(step.id)}
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


def _split(
    graph: Graph, kept: Kept, items: Sequence[Items]
) -> tuple[Sequence[Step], Sequence[Step]]:
    """The steps of which what they sent stays sent, and those that would send it once more."""
    loops = {one.loop.id: one.are_kept for one in items}
    stay = [*kept.steps, *(step for step in graph.order if loops.get(step.id))]
    anew = [step for step in kept.again if step.id not in loops]
    return stay, [*anew, *(step for step in graph.order if loops.get(step.id) is False)]


def _behind(old: Graph, new: Graph, place: Step | None) -> frozenset[str]:
    if place is None:
        return frozenset()
    return frozenset(step.id for step in old.order if is_behind(old, new, step, place.id))


def _items(
    session: Session, keyring: Keyring, recorded: Recorded, change: Change, place: Step | None
) -> list[Items]:
    """Of the loops that had not ended, and of the one that is begun at."""
    found = []
    for step in recorded.graph.order if place is not None else ():
        record = recorded.records.get(step.id)
        kind = CATALOGUE.get(step.type)
        is_open = record is not None and (step == place or not is_over(record))
        if kind is None or not kind.is_loop or step.parent is not None or not is_open:
            continue
        if is_same(change.old, change.new, step.id):
            items = items_of(session, keyring, recorded.run, step, change)
            found += [items] if items is not None else []
    return found


def _filled(again: Again, answers: Mapping[Missing, Json]) -> dict[str, Json]:
    """The values that the new run begins with, by step; those that set it off under ''."""
    recorded = again.recorded
    values = {"": recorded.payload}
    for step in again.kept.steps:
        values[step.id] = recorded.exact.get(step.id, recorded.records[step.id].output)
    for missing, answer in answers.items():
        if not missing.iteration:
            values[missing.step_id] = put(values[missing.step_id], missing.path, answer)
    return values
