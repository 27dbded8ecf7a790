"""Finding batches and their rows, always from the workspace; pages go on by key."""

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, Select, or_, select
from sqlalchemy.orm import Session, joinedload

from app.agents.models import Agent
from app.batches.models import Batch, BatchRow, BatchStatus, RowStatus
from app.runs.models import Run
from app.workspaces.models import Workspace

PAGE_SIZE = 30
ROWS_A_PAGE = 50
READ_AT_ONCE = 500
# Of a row, for whoever reads very many of them.
_STANDS_IN = (
    BatchRow.batch_id,
    BatchRow.number,
    BatchRow.cells,
    BatchRow.source_row_id,
    BatchRow.status,
    BatchRow.run_id,
    BatchRow.answer,
    BatchRow.sentence,
)
# Before workers read rows, a batch whose rows never came in was left behind empty.
_HAS_ROWS = or_(Batch.total > 0, Batch.status != BatchStatus.SETTING_UP)


@dataclass(frozen=True, slots=True)
class BatchPage:
    """One page of the list, newest first; `older_than` is the key that the next page follows."""

    batches: Sequence[Batch]
    older_than: uuid.UUID | None


@dataclass(frozen=True, slots=True)
class RowPage:
    """One page of rows; `after` and `before` are numbers to go on from, None at the ends.

    `kept_runs` are the runs of these rows that are still there.
    """

    rows: Sequence[BatchRow]
    after: int | None
    before: int | None
    kept_runs: frozenset[uuid.UUID]


def by_id(session: Session, workspace: Workspace, *, batch_id: uuid.UUID) -> Batch | None:
    """The batch of this workspace with this id."""
    return session.scalars(
        select(Batch)
        .options(joinedload(Batch.agent), joinedload(Batch.version), joinedload(Batch.runner))
        .where(Batch.workspace_id == workspace.id, Batch.id == batch_id)
    ).one_or_none()


def list_page(
    session: Session,
    workspace: Workspace,
    *,
    agent: Agent | None = None,
    older_than: uuid.UUID | None = None,
) -> BatchPage:
    """The batches of a workspace or of one agent."""
    query = (
        select(Batch)
        .options(joinedload(Batch.agent), joinedload(Batch.runner))
        .where(Batch.workspace_id == workspace.id, _HAS_ROWS)
        .order_by(Batch.id.desc())
        .limit(PAGE_SIZE + 1)
    )
    if agent is not None:
        query = query.where(Batch.agent_id == agent.id)
    if older_than is not None:
        query = query.where(Batch.id < older_than)
    found = session.scalars(query).all()
    batches = found[:PAGE_SIZE]
    return BatchPage(batches, batches[-1].id if len(found) > PAGE_SIZE else None)


def row_page(
    session: Session,
    batch: Batch,
    *,
    statuses: Sequence[RowStatus] = (),
    after: int | None = None,
    before: int | None = None,
) -> RowPage:
    """The rows behind the number `after`, in front of `before`, or the first ones."""
    is_back = before is not None
    found: list[BatchRow] = []
    # Each state by itself: of two at once no index gives the first ones in the order of the rows.
    states: list[tuple[RowStatus, ...]] = [(one,) for one in statuses]
    for wanted in states or [()]:
        query = _rows(batch, wanted).limit(ROWS_A_PAGE + 1)
        if before is not None:
            query = query.where(BatchRow.number < before).order_by(BatchRow.number.desc())
        else:
            query = query.where(BatchRow.number > (after or 0)).order_by(BatchRow.number)
        found += session.scalars(query)
    found.sort(key=lambda row: row.number, reverse=is_back)
    has_more, rows = len(found) > ROWS_A_PAGE, found[:ROWS_A_PAGE]
    if is_back:
        rows.reverse()
    has_after = bool(rows) and (is_back or has_more)
    has_before = bool(rows) and (has_more if is_back else after is not None)
    return RowPage(
        rows,
        rows[-1].number if has_after else None,
        rows[0].number if has_before else None,
        _kept_runs(session, batch, rows),
    )


def first_rows(session: Session, batch: Batch, most: int) -> Sequence[BatchRow]:
    """The first rows, whatever they are."""
    return session.scalars(_rows(batch, ()).order_by(BatchRow.number).limit(most)).all()


def wrong_rows(session: Session, batch: Batch, most: int) -> Sequence[BatchRow]:
    """The first rows that do not fit."""
    wrong = _rows(batch, (RowStatus.LEFT_OUT,))
    return session.scalars(wrong.order_by(BatchRow.number).limit(most)).all()


def every_row(
    session: Session, batch: Batch, statuses: Sequence[RowStatus] = ()
) -> Iterator[Row[*tuple[Any, ...]]]:
    """What stands in all rows, in their order, read some at a time."""
    whole = _rows(batch, statuses).order_by(BatchRow.number).with_only_columns(*_STANDS_IN)
    number = 0
    while True:
        found = session.execute(whole.where(BatchRow.number > number).limit(READ_AT_ONCE)).all()
        yield from found
        if len(found) < READ_AT_ONCE:
            return
        number = found[-1].number


def done_after(
    session: Session, batch: Batch, number: int, most: int
) -> Sequence[Row[*tuple[Any, ...]]]:
    """What stands in some rows that are done, behind this number."""
    query = _rows(batch, (RowStatus.DONE,)).where(BatchRow.number > number)
    query = query.order_by(BatchRow.number).limit(most)
    return session.execute(query.with_only_columns(*_STANDS_IN)).all()


def _rows(batch: Batch, statuses: Sequence[RowStatus]) -> Select[BatchRow]:
    query = select(BatchRow).where(
        BatchRow.workspace_id == batch.workspace_id, BatchRow.batch_id == batch.id
    )
    if not statuses:
        return query
    is_one = len(statuses) == 1
    return query.where(BatchRow.status == statuses[0] if is_one else BatchRow.status.in_(statuses))


def _kept_runs(session: Session, batch: Batch, rows: Sequence[BatchRow]) -> frozenset[uuid.UUID]:
    wanted = [row.run_id for row in rows if row.run_id is not None]
    if not wanted:
        return frozenset()
    query = select(Run.id).where(Run.workspace_id == batch.workspace_id, Run.id.in_(wanted))
    return frozenset(session.scalars(query))
