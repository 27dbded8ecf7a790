"""Batches and their rows: what goes in, which run works on it, and what came out."""

import enum
import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.agents.models import Agent, AgentVersion
from app.data_tables.columns import Column
from app.engine.states import RunMode
from app.model import CreatedAt, Id, Json, Model, RowId, UtcTime, Word

MAX_ROWS = 50_000
MAX_PARALLEL = 50
_LIVE = "batches.status IN ('running', 'reading', 'checking') OR batches.open_rows > 0"
_LIVE_INDEX = text("status IN ('running', 'reading', 'checking') OR open_rows > 0")
IS_LIVE = text(_LIVE)
_HAS_RUN = text("run_id IS NOT NULL")


class BatchStatus(enum.StrEnum):
    """Where a batch stands. A stopped or finished one begins again only by a retry."""

    READING = "reading"  # a worker copies its rows in
    UNREAD = "unread"  # its rows could not be read
    CHECKING = "checking"  # a worker looks whether its rows fit what they were matched to
    SETTING_UP = "setting_up"
    RUNNING = "running"
    PAUSED = "paused"
    DONE = "done"
    STOPPED = "stopped"


class Why(enum.StrEnum):
    """Why a batch is paused or was stopped."""

    PERSON = "person"
    TRIED = "tried"  # the first rows are done, somebody looks at them
    FAILURES = "failures"  # so many in a row that the agent must be broken
    AGENT_OFF = "agent_off"
    ARCHIVED = "archived"
    NOT_PUBLISHED = "not_published"
    TABLE_GONE = "table_gone"
    NO_ROLE = "no_role"  # the person may not start runs here any more
    BUDGET = "budget"


class RowStatus(enum.StrEnum):
    """Where one row stands."""

    WAITING = "waiting"
    AGAIN = "again"  # waits, too: somebody wants it run once more
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"
    LEFT_OUT = "left_out"  # its values do not fit what the agent asks for


PREPARING = (BatchStatus.READING, BatchStatus.CHECKING)
NOT_BEGUN = (*PREPARING, BatchStatus.UNREAD, BatchStatus.SETTING_UP)
ENDED = (RowStatus.DONE, RowStatus.FAILED, RowStatus.CANCELLED)
TO_BEGIN = (RowStatus.WAITING, RowStatus.AGAIN)


class Batch(Model):
    """One agent for many rows. The rows are copied in, so that edits of a table change nothing.

    `matching` says where each question of the start gets its answer: a place of a row's cells,
    or one text for all rows. `run_by` answers for the runs. `until` is the last row of a try of
    the first few, 0 where only rows run that somebody wants again. `failed_in_row` counts
    failures since something went well; `settled` counts the rows that ended since `resumed_at`,
    which tells how long the rest takes. `wish` says what a worker is to do before it begins,
    `taken` how many rows it has done that with, `share` how much of them that is in per cent,
    `problem` what came in the way.
    """

    __tablename__ = "batches"
    __table_args__ = (
        UniqueConstraint("workspace_id", "id"),
        ForeignKeyConstraint(
            ["workspace_id", "agent_id"], ["agents.workspace_id", "agents.id"], ondelete="CASCADE"
        ),
        ForeignKeyConstraint(
            ["workspace_id", "agent_version_id"],
            ["agent_versions.workspace_id", "agent_versions.id"],
        ),
        Index(None, "workspace_id", "agent_id", "id"),
        Index("ix_batches_live", "id", sqlite_where=_LIVE_INDEX, postgresql_where=_LIVE_INDEX),
    )

    id: Mapped[RowId]
    created_at: Mapped[CreatedAt]
    workspace_id: Mapped[uuid.UUID] = mapped_column(
        Id, ForeignKey("workspaces.id", ondelete="CASCADE")
    )
    agent_id: Mapped[uuid.UUID] = mapped_column(Id)
    agent_version_id: Mapped[uuid.UUID] = mapped_column(Id)
    created_by: Mapped[uuid.UUID] = mapped_column(Id, ForeignKey("users.id"))
    run_by: Mapped[uuid.UUID] = mapped_column(Id, ForeignKey("users.id"))
    name: Mapped[str] = mapped_column(String(200))
    table_id: Mapped[uuid.UUID | None] = mapped_column(Id)  # a row of `data_tables`, or gone
    columns_json: Mapped[list[dict[str, Any]]] = mapped_column(Json, default=list)
    matching: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    answer_names: Mapped[list[str]] = mapped_column(Json, default=list)
    mode: Mapped[RunMode] = mapped_column(Word(RunMode), default=RunMode.LIVE)
    status: Mapped[BatchStatus] = mapped_column(Word(BatchStatus), default=BatchStatus.SETTING_UP)
    why: Mapped[Why | None] = mapped_column(Word(Why))
    wish: Mapped[dict[str, Any] | None] = mapped_column(Json)
    taken: Mapped[int] = mapped_column(default=0)
    share: Mapped[int | None] = mapped_column()
    problem: Mapped[str] = mapped_column(Text, default="")
    parallel: Mapped[int] = mapped_column(default=10)
    stop_after: Mapped[int] = mapped_column(default=10)
    until: Mapped[int | None] = mapped_column()
    total: Mapped[int] = mapped_column(default=0)
    left_out: Mapped[int] = mapped_column(default=0)
    open_rows: Mapped[int] = mapped_column(default=0)
    done: Mapped[int] = mapped_column(default=0)
    failed: Mapped[int] = mapped_column(default=0)
    cancelled: Mapped[int] = mapped_column(default=0)
    failed_in_row: Mapped[int] = mapped_column(default=0)
    settled: Mapped[int] = mapped_column(default=0)
    cost: Mapped[int] = mapped_column(BigInteger, default=0)  # millionths of a dollar
    tokens: Mapped[int] = mapped_column(BigInteger, default=0)
    unpriced: Mapped[int] = mapped_column(BigInteger, default=0)
    seq: Mapped[int] = mapped_column(default=0)
    started_at: Mapped[datetime | None] = mapped_column(UtcTime)
    resumed_at: Mapped[datetime | None] = mapped_column(UtcTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcTime)

    agent: Mapped[Agent] = relationship(viewonly=True, foreign_keys=[workspace_id, agent_id])
    version: Mapped[AgentVersion] = relationship(
        viewonly=True, foreign_keys=[workspace_id, agent_version_id]
    )
    runner: Mapped[User] = relationship(foreign_keys=[run_by])

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns of its rows, in the order of their cells."""
        return tuple(Column.from_json(one) for one in self.columns_json)

    @property
    def waiting(self) -> int:
        """How many rows nobody has begun with."""
        ended = self.done + self.failed + self.cancelled
        return self.total - self.left_out - self.open_rows - ended

    @property
    def ready(self) -> int:
        """How many rows fit what the agent asks for."""
        return self.total - self.left_out

    @property
    def is_live(self) -> bool:
        """Whether something may still change by itself."""
        return self.status is BatchStatus.RUNNING or self.open_rows > 0

    @property
    def is_preparing(self) -> bool:
        """Whether a worker reads its rows, or looks whether they fit."""
        return self.status in PREPARING

    @property
    def is_rehearsal(self) -> bool:
        """Whether its runs change nothing outside."""
        return self.mode is RunMode.REHEARSAL


class BatchRow(Model):
    """One row: its cells as they came in, the run that works on it, and the answer.

    `number` counts from 1, the header left out. `run_id` is a row of `runs`, or gone: a run is
    let go of before its batch. `attempt` counts runs of this row; with the number it makes their
    idempotency key.
    """

    __tablename__ = "batch_rows"
    __table_args__ = (
        ForeignKeyConstraint(
            ["workspace_id", "batch_id"], ["batches.workspace_id", "batches.id"], ondelete="CASCADE"
        ),
        Index(None, "batch_id", "status", "number"),
        Index("ix_batch_rows_run_id", "run_id", sqlite_where=_HAS_RUN, postgresql_where=_HAS_RUN),
    )

    batch_id: Mapped[uuid.UUID] = mapped_column(Id, primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    workspace_id: Mapped[uuid.UUID] = mapped_column(Id)
    cells: Mapped[list[Any]] = mapped_column(Json, default=list)
    source_row_id: Mapped[uuid.UUID | None] = mapped_column(Id)
    status: Mapped[RowStatus] = mapped_column(Word(RowStatus), default=RowStatus.WAITING)
    run_id: Mapped[uuid.UUID | None] = mapped_column(Id)
    attempt: Mapped[int] = mapped_column(default=0)
    answer: Mapped[Any | None] = mapped_column(Json)
    sentence: Mapped[str] = mapped_column(Text, default="")  # why it failed or was left out
    cost: Mapped[int] = mapped_column(BigInteger, default=0)
    took_ms: Mapped[int | None] = mapped_column()
