"""One item of a loop at a time, with how many there are and which failed; never all of them."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, func, literal_column, select
from sqlalchemy.orm import Session

from app.engine.graph import Graph, Step
from app.engine.record import StepRecord
from app.engine.states import RunStatus
from app.engine.step_type import LoopType
from app.nodes.catalogue import CATALOGUE
from app.runs.models import Run, RunNode
from app.runs.recorded import records_at

MAX_FAILED = 1_000  # so many failed items are counted and led to; more are told as more
_BROKEN_OFF = (RunStatus.FAILED, RunStatus.CANCELLED)
_ADDRESS = re.compile(r"([a-z0-9]{8})(?::(\d{1,7}(?:\.\d{1,7}){0,5}))?")


@dataclass(frozen=True, slots=True)
class Place:
    """The item that a page shows; `path` is None for the first one worth looking at."""

    loop_id: str
    path: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One item of one loop, with the way to others. Numbers count from 0; paths are whole.

    `count` items have begun, of `total` in the list as far as that is known.
    """

    loop_id: str
    prefix: str
    number: int
    count: int
    total: int
    failed: Sequence[int]
    records: Mapping[str, StepRecord]

    @property
    def path(self) -> str:
        """The iteration of the steps inside: `2.0`."""
        return self.path_of(self.number)

    @property
    def has_more_failed(self) -> bool:
        """Whether more failed than are counted."""
        return len(self.failed) >= MAX_FAILED

    @property
    def is_failed(self) -> bool:
        """Whether this one failed."""
        return self.number in self.failed

    @property
    def failed_before(self) -> int | None:
        """The failed item before this one."""
        return next((one for one in reversed(self.failed) if one < self.number), None)

    @property
    def failed_after(self) -> int | None:
        """The failed item behind this one."""
        return next((one for one in self.failed if one > self.number), None)

    def path_of(self, number: int) -> str:
        """The iteration of another item of this loop."""
        return f"{self.prefix}.{number}" if self.prefix else str(number)


def place_of(typed: str | None, run: Run, graph: Graph) -> Place | None:
    """The item an address asks for (`<step>:<path>`), or that of the loop the run failed at."""
    found = _ADDRESS.fullmatch(typed or "")
    loop_id, path = (found[1], found[2]) if found else (run.failed_node_id or "", None)
    step = graph.find(loop_id)
    kind = CATALOGUE.get(step.type) if step else None
    if step is None or kind is None or not kind.is_loop:
        return None
    depth = len(graph.around(step.id)) + 1
    if path is not None and path.count(".") + 1 != depth:
        return None
    return None if path is None and depth > 1 else Place(loop_id, path)


def items_of(session: Session, run: Run, graph: Graph, place: Place | None) -> dict[str, Item]:
    """The chosen item, and the items around it, by the loop they are of."""
    if place is None:
        return {}
    loop = graph.step(place.loop_id)
    numbers = [int(part) for part in place.path.split(".")] if place.path else [None]
    found: dict[str, Item] = {}
    prefix = ""
    for one, number in zip((*reversed(graph.around(loop.id)), loop), numbers, strict=True):
        item = _item(session, run, graph, one, prefix=prefix, number=number)
        if item is None:
            break
        found[one.id] = item
        prefix = item.path
    return found


def _item(
    session: Session, run: Run, graph: Graph, loop: Step, *, prefix: str, number: int | None
) -> Item | None:
    inside = graph.inside(loop.id)
    if not inside:
        return None
    here = {"run": run.id, "prefix": f"{prefix}.%"}
    count = session.scalar(_count(bool(prefix)), {**here, "step": inside[0].id}) or 0
    if not count:
        return None
    failed = _failed(session, graph, loop, here, depth=prefix.count(".") + 1 if prefix else 0)
    if number is None:
        number = failed[0] if failed else 0
    number = min(number, count - 1)
    path = f"{prefix}.{number}" if prefix else str(number)
    steps = [step.id for step in inside]
    return Item(
        loop_id=loop.id,
        prefix=prefix,
        number=number,
        count=count,
        total=max(count, _listed(session, run, loop, prefix)),
        failed=failed,
        records={one.step_id: one for one in records_at(session, run, steps, path=path)},
    )


def _listed(session: Session, run: Run, loop: Step, prefix: str) -> int:
    """How many items a run that broke off had before it; of others it is what has begun."""
    kind = CATALOGUE[loop.type]
    if not isinstance(kind, LoopType) or run.status not in _BROKEN_OFF:
        return 0
    given = session.scalar(_given(), {"run": run.id, "path": prefix, "step": loop.id})
    listed = given.get(kind.goes_through) if isinstance(given, dict) else None
    return len(listed) if isinstance(listed, list) else 0


def _failed(
    session: Session, graph: Graph, loop: Step, here: Mapping[str, object], *, depth: int
) -> list[int]:
    """The numbers of the items in which a step failed for good, in order."""
    deep = [one.id for one in graph.deep_inside(loop.id)]
    paths = session.scalars(_failures(depth > 0), {**here, "steps": deep})
    return sorted({int(path.split(".")[depth]) for path in paths})


# Building one of these costs more than running it, so each is built once.


@cache
def _count(is_inner: bool) -> Select[int]:
    """How many items have begun: a step inside has one record for each."""
    counted = (
        select(func.count())
        .select_from(RunNode)
        .where(RunNode.run_id == bindparam("run"), RunNode.node_id == bindparam("step"))
    )
    return counted.where(RunNode.iteration.like(bindparam("prefix"))) if is_inner else counted


@cache
def _failures(is_inner: bool) -> Select[str]:
    # Words, not a parameter: SQLite uses the partial index of failed steps only when it sees them.
    # A sum with nothing keeps it from the key, which would lead through all items.
    found = select(RunNode.iteration).where(
        RunNode.run_id == bindparam("run"),
        RunNode.status == literal_column("'failed'"),
        (RunNode.node_id + "").in_(bindparam("steps", expanding=True)),
        RunNode.port.is_(None),
    )
    if is_inner:
        found = found.where(RunNode.iteration.like(bindparam("prefix")))
    return found.limit(MAX_FAILED)


@cache
def _given() -> Select[Any]:
    return select(RunNode.input).where(
        RunNode.run_id == bindparam("run"),
        RunNode.node_id == bindparam("step"),
        RunNode.iteration == bindparam("path"),
    )
