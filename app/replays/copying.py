"""Puts what an earlier run recorded into a new one, which then goes on behind it."""

import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import cast

from sqlalchemy import ColumnElement, Table, and_, insert, literal, not_, select
from sqlalchemy.orm import Session

from app.engine.graph import Graph
from app.engine.values import Json
from app.engine.words import count
from app.lib import clock
from app.model import Id
from app.replays.items import Items
from app.replays.missing import Missing, put
from app.replays.progress import Spot, values_inside, went_on
from app.runs.models import Run, RunLog, RunNode, RunState
from app.vault.keys import Keyring
from app.vault.run_values import RunValues


@dataclass(frozen=True, kw_only=True)
class Keeping:
    """What is put into a new run that follows the flow `graph`.

    `values` is what steps outside loops gave, exactly, by step. A loop among them comes with all
    its items, which are read only; of one in `items` come the steps that were done. `answers`
    stand in for what is not known any more of those.
    """

    graph: Graph
    values: Mapping[str, Json]
    items: Sequence[Items]
    answers: Mapping[Missing, Json]


def copy_kept(
    session: Session, keyring: Keyring, source: Run, target: Run, keeping: Keeping
) -> None:
    """Copy the records of what is kept and seal what it gave, as the new run's own.

    Does nothing the second time.
    """
    if not (keeping.values or keeping.items) or _has_records(session, target.id):
        return
    of_steps = {(step_id, ""): value for step_id, value in keeping.values.items()}
    _copy_steps(session, source, target, keeping)
    for items in keeping.items:
        _copy_items(session, source, target, items)
    of_items = _values_of_items(session, keyring, source, keeping)
    _seal(session, keyring, target, chain(of_steps.items(), of_items))
    session.add(
        RunLog(
            workspace_id=target.workspace_id,
            run_id=target.id,
            seq=1,
            at=clock.now(),
            text=f"Kept from an earlier run: {_few(keeping)}",
        )
    )
    session.flush()


def _has_records(session: Session, run_id: uuid.UUID) -> bool:
    known = select(RunNode.node_id).where(RunNode.run_id == run_id).limit(1)
    return session.scalar(known) is not None


def _copy_steps(session: Session, source: Run, target: Run, keeping: Keeping) -> None:
    kept = set(keeping.values)
    inside = {step.id for one in kept for step in keeping.graph.deep_inside(one)}
    _copy_rows(session, source, target, RunNode.node_id.in_(kept | inside))


def _copy_items(session: Session, source: Run, target: Run, items: Items) -> None:
    progress = items.progress
    inside = [step.id for step in progress.graph.deep_inside(progress.loop.id)]
    is_inside = and_(RunNode.node_id.in_(inside), RunNode.iteration != "")
    _copy_rows(session, source, target, and_(is_inside, went_on()))
    for loop_id, path in progress.noted:  # what failed in them belongs to what they gave
        deeper = [step.id for step in progress.graph.deep_inside(loop_id)]
        is_deeper = and_(RunNode.node_id.in_(deeper), RunNode.iteration.like(f"{path}.%"))
        _copy_rows(session, source, target, and_(is_deeper, not_(went_on())))


def _copy_rows(session: Session, source: Run, target: Run, which: ColumnElement[bool]) -> None:
    table = cast(Table, RunNode.__table__)
    columns = [column for column in table.c if column.name != "run_id"]
    session.execute(
        insert(table).from_select(
            ["run_id", *(column.name for column in columns)],
            select(literal(target.id, Id()), *columns).where(table.c.run_id == source.id, which),
        )
    )


def _values_of_items(
    session: Session, keyring: Keyring, source: Run, keeping: Keeping
) -> Iterator[tuple[Spot, Json]]:
    """What the kept steps inside loops gave, with what was typed in for what is not known."""
    typed: dict[Spot, list[tuple[Missing, Json]]] = {}
    for missing, answer in keeping.answers.items():
        typed.setdefault((missing.step_id, missing.iteration), []).append((missing, answer))
    for items in keeping.items:
        progress = items.progress
        inside = [step.id for step in progress.graph.deep_inside(progress.loop.id)]
        for spot, value, _ in values_inside(session, keyring, source, inside):
            if progress.is_settled(spot):
                continue
            for missing, answer in typed.get(spot, ()):
                value = put(value, missing.path, answer)  # noqa: PLW2901  # a copy each time
            yield spot, value


def _seal(
    session: Session, keyring: Keyring, target: Run, values: Iterable[tuple[Spot, Json]]
) -> None:
    sealer = RunValues(keyring, workspace_id=target.workspace_id, run_id=target.id)
    rows = [
        {
            "workspace_id": target.workspace_id,
            "run_id": target.id,
            "node_id": step_id,
            "iteration": iteration,
            "ciphertext": sealer.seal(value, step_id=step_id, iteration=iteration),
        }
        for (step_id, iteration), value in values
        if value is not None
    ]
    if rows:
        session.execute(insert(cast(Table, RunState.__table__)), rows)


def _few(keeping: Keeping) -> str:
    names = [f"“{step.name}”" for step in keeping.graph.order if step.id in keeping.values]
    names += [
        f"{count(one.finished, 'finished item')} of “{one.loop.name}”" for one in keeping.items
    ]
    more = f" and {len(names) - 5} more" if len(names) > 5 else ""
    return ", ".join(names[:5]) + more
