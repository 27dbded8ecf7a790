"""How far an earlier run came in one loop: which items are finished, and what their steps gave."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from app.engine.graph import Graph, Step
from app.engine.states import StepStatus
from app.engine.values import Json
from app.lib.cipher import CannotOpen
from app.runs.models import Run, RunNode, RunState
from app.vault.keys import Keyring
from app.vault.run_values import RunValues

Spot: TypeAlias = tuple[str, str]  # a step's id, and the path of the item it worked for

_OVER = (StepStatus.SUCCESS, StepStatus.SKIPPED)


def went_on() -> ColumnElement[bool]:
    """Of rows of `run_nodes`: whether the item went on behind the step."""
    was_forgiven = and_(RunNode.status == StepStatus.FAILED, RunNode.port.is_not(None))
    return or_(RunNode.status.in_(_OVER), was_forgiven)


@dataclass(frozen=True, kw_only=True)
class Progress:
    """What was recorded inside a loop that is in no other one.

    `done`: the item went on behind it; `gave`: as it should; `failed`: it went no further.
    """

    graph: Graph
    loop: Step
    done: frozenset[Spot]
    gave: frozenset[Spot]
    failed: frozenset[Spot]
    broken: frozenset[Spot]

    @cached_property
    def begun(self) -> frozenset[int]:
        """The numbers of the items that had begun."""
        return frozenset(int(path.split(".")[0]) for _, path in self.done | self.broken)

    @cached_property
    def finished(self) -> frozenset[int]:
        """The numbers of those that went through to their end."""
        steps = self.graph.inside(self.loop.id)
        return frozenset(
            number
            for number in self.begun
            if all((step.id, str(number)) in self.done for step in steps)
        )

    @cached_property
    def noted(self) -> frozenset[Spot]:
        """Inner loops that went on although something in them failed."""
        return frozenset(
            spot for one in self.broken for spot in self._loops_above(one) if spot in self.done
        )

    def is_settled(self, spot: Spot) -> bool:
        """Whether an inner loop around it is done, so that only what that gave is used."""
        return any(one in self.done for one in self._loops_above(spot))

    def is_result(self, spot: Spot) -> bool:
        """Whether its item gives what it gave: no step behind it gave, or will give, something."""
        step_id, path = spot
        parent = self.graph.step(step_id).parent
        frame = self.graph.inside(parent) if parent is not None else ()
        last = next((one for one in reversed(frame) if self._gives((one.id, path))), None)
        return last is not None and last.id == step_id

    def _gives(self, spot: Spot) -> bool:
        return spot in self.gave or spot in self.failed

    def _loops_above(self, spot: Spot) -> Iterator[Spot]:
        """The loops around it that are themselves inside this one, each with its own path."""
        step_id, path = spot
        parts = path.split(".")
        for higher, loop in enumerate(self.graph.around(step_id)[:-1], start=1):
            yield loop.id, ".".join(parts[:-higher])


def progress_of(session: Session, run: Run, graph: Graph, loop: Step) -> Progress:
    """Read how far the run came in this loop."""
    inside = [step.id for step in graph.deep_inside(loop.id)]
    rows = session.execute(
        select(RunNode.node_id, RunNode.iteration, RunNode.status, went_on()).where(
            RunNode.run_id == run.id, RunNode.node_id.in_(inside), RunNode.iteration != ""
        )
    )
    done: set[Spot] = set()
    gave: set[Spot] = set()
    failed: set[Spot] = set()
    broken: set[Spot] = set()
    for step_id, path, status, has_gone_on in rows:
        (done if has_gone_on else broken).add((step_id, path))
        if status is StepStatus.SUCCESS:
            gave.add((step_id, path))
        elif status is StepStatus.FAILED and not has_gone_on:
            failed.add((step_id, path))
    return Progress(
        graph=graph,
        loop=loop,
        done=frozenset(done),
        gave=frozenset(gave),
        failed=frozenset(failed),
        broken=frozenset(broken),
    )


def values_inside(
    session: Session, keyring: Keyring, run: Run, steps: Collection[str]
) -> Iterator[tuple[Spot, Json, bool]]:
    """What these steps gave for each item; and whether exactly that, or a copy for people."""
    sealer = RunValues(keyring, workspace_id=run.workspace_id, run_id=run.id)
    rows = session.execute(
        select(RunNode.node_id, RunNode.iteration, RunNode.output, RunState.ciphertext)
        .outerjoin(
            RunState,
            and_(
                RunState.run_id == RunNode.run_id,
                RunState.node_id == RunNode.node_id,
                RunState.iteration == RunNode.iteration,
            ),
        )
        .where(
            RunNode.run_id == run.id,
            RunNode.node_id.in_(steps),
            RunNode.iteration != "",
            went_on(),
        )
    )
    for step_id, path, copy, sealed in rows:
        spot = (step_id, path)
        if sealed is None:
            yield spot, copy, False
            continue
        try:
            yield spot, sealer.open(sealed, step_id=step_id, iteration=path), True
        except CannotOpen:
            yield spot, copy, False  # it is asked about where it is not whole
