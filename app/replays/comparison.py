"""Two runs side by side: what their steps did, gave and took, and where that differs."""

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.engine.graph import Graph
from app.engine.record import StepRecord
from app.engine.states import RunStatus
from app.engine.telling import line
from app.engine.values import Json
from app.nodes.catalogue import CATALOGUE
from app.runs import listed
from app.runs.listed import ListedRun
from app.runs.models import Run, RunNode

LATEST = 20
MAX_LEAVES = 200


class Side(NamedTuple):
    """What a step did in one of the runs."""

    state: str
    say: str
    took_s: float | None


class Leaf(NamedTuple):
    """One value that a step gave; None where it gave none there."""

    path: str
    left: str | None
    right: str | None

    @property
    def differs(self) -> bool:
        """Whether the two runs have different values here."""
        return self.left != self.right


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """One step in both runs."""

    step_id: str
    name: str
    left: Side | None
    right: Side | None
    leaves: Sequence[Leaf]
    left_out: int

    @property
    def differs(self) -> bool:
        """Whether it ended or gave something different."""
        states = [side.state if side else None for side in (self.left, self.right)]
        return states[0] != states[1] or any(leaf.differs for leaf in self.leaves)


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """Two runs of one agent."""

    left: Run
    right: Run
    records: tuple[Mapping[str, StepRecord], Mapping[str, StepRecord]]

    @cached_property
    def steps(self) -> list[Compared]:
        """The steps of both, in the order of the right one's flow; those it lacks at the end."""
        left, right = (_names(graph) for graph in self._graphs)
        return [self._compared(step_id, name) for step_id, name in {**right, **left}.items()]

    @cached_property
    def _graphs(self) -> tuple[Graph, Graph]:
        return self.left.flow_graph.graph, self.right.flow_graph.graph

    @property
    def same_input(self) -> bool:
        """Whether both began with the same values, as far as copies of them are kept."""
        return self.left.trigger_payload == self.right.trigger_payload

    @property
    def input_leaves(self) -> list[Leaf]:
        """What set them off."""
        return _leaves(self.left.trigger_payload, self.right.trigger_payload)[:MAX_LEAVES]

    def _compared(self, step_id: str, name: str) -> Compared:
        one, other = (records.get(step_id) for records in self.records)
        leaves = _leaves(one.output if one else None, other.output if other else None)
        # What differs is shown first, so that a cut never hides it.
        leaves = sorted(leaves, key=lambda leaf: not leaf.differs)
        return Compared(
            step_id=step_id,
            name=name,
            left=_side(self._graphs[0], one),
            right=_side(self._graphs[1], other),
            leaves=leaves[:MAX_LEAVES],
            left_out=max(0, len(leaves) - MAX_LEAVES),
        )


def compare(session: Session, left: Run, right: Run) -> Comparison:
    """Read both runs."""
    rows = session.scalars(
        select(RunNode).where(RunNode.run_id.in_([left.id, right.id]), RunNode.iteration == "")
    ).all()
    sides = tuple(
        {node.node_id: node.shown for node in rows if node.run_id == run.id}
        for run in (left, right)
    )
    return Comparison(left=left, right=right, records=(sides[0], sides[1]))


def others(session: Session, run: Run) -> list[ListedRun]:
    """The latest runs of the same agent that this one can be compared with."""
    wanted = (
        listed.listed()
        .where(Run.workspace_id == run.workspace_id, Run.agent_id == run.agent_id)
        .where(Run.id != run.id, Run.only_node_id.is_(None))
        .order_by(Run.id.desc())
        .limit(LATEST)
    )
    return list(listed.read(session, wanted, given={}))


def likely_other(session: Session, run: Run) -> uuid.UUID | None:
    """The run it repeats, or the last good one before it, or the last one before it."""
    if run.replay_of is not None:
        return run.replay_of
    before = (
        select(Run.id)
        .where(Run.workspace_id == run.workspace_id, Run.agent_id == run.agent_id)
        .where(Run.id < run.id, Run.only_node_id.is_(None))
        .order_by(Run.id.desc())
        .limit(1)
    )
    good = session.scalar(before.where(Run.status == RunStatus.SUCCESS))
    return good or session.scalar(before)


def _names(graph: Graph) -> dict[str, str]:
    return {step.id: step.name for step in graph.order if step.parent is None}


def _side(graph: Graph, record: StepRecord | None) -> Side | None:
    step = graph.find(record.step_id) if record else None
    if record is None or step is None:
        return None
    return Side(record.status.value, line(step, record, CATALOGUE), record.elapsed_s)


def _leaves(left: Json, right: Json) -> list[Leaf]:
    one, other = dict(_flat(left)), dict(_flat(right))
    return [Leaf(path, one.get(path), other.get(path)) for path in {**one, **other}]


def _flat(value: Json, path: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping) and value:
        for name, item in value.items():
            yield from _flat(item, f"{path} › {name}" if path else name)
    elif isinstance(value, list) and value:
        for place, item in enumerate(value, start=1):
            yield from _flat(item, f"{path} › {place}" if path else str(place))
    elif value is not None:
        yield path, _word(value)


def _word(value: Json) -> str:
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if value in ({}, []):
        return "empty"
    return str(value)
