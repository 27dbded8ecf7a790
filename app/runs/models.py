"""Runs and what was recorded of them. The database is the truth about who owns a run."""

import enum
import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    and_,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.agents.models import Agent, AgentVersion, FlowGraph
from app.engine.record import StepRecord
from app.engine.states import Reason, RunMode, RunStatus, StepStatus, TriggerType
from app.lib import clock
from app.model import CreatedAt, Id, Json, Model, RowId, UtcTime, Word

_LIVE = text("status IN ('pending', 'running')")
_WAITING = text("status = 'waiting'")
_CHILD = text("parent_run IS NOT NULL")
_WAITS_FOR = text("child_run IS NOT NULL")
_REPLAY = text("replay_of IS NOT NULL")
_FAILED = text("status = 'failed'")


class Lane(enum.StrEnum):
    """Which queue a run waits in; chat is served before default, default before low."""

    CHAT = "chat"
    DEFAULT = "default"
    LOW = "low"


class LogLevel(enum.StrEnum):
    """How loud a log line is."""

    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


class Run(Model):
    """One time an agent worked. Costs are in millionths of a dollar."""

    __tablename__ = "runs"
    __table_args__ = (
        UniqueConstraint("workspace_id", "id"),
        UniqueConstraint("workspace_id", "idempotency_key"),
        ForeignKeyConstraint(
            ["workspace_id", "agent_id"], ["agents.workspace_id", "agents.id"], ondelete="CASCADE"
        ),
        ForeignKeyConstraint(
            ["workspace_id", "agent_version_id"],
            ["agent_versions.workspace_id", "agent_versions.id"],
        ),
        ForeignKeyConstraint(
            ["workspace_id", "flow_graph_id"], ["flow_graphs.workspace_id", "flow_graphs.id"]
        ),
        ForeignKeyConstraint(["workspace_id", "parent_run"], ["runs.workspace_id", "runs.id"]),
        ForeignKeyConstraint(["workspace_id", "replay_of"], ["runs.workspace_id", "runs.id"]),
        Index(None, "workspace_id", "status", "id"),
        Index(None, "workspace_id", "agent_id", "id"),
        Index("ix_runs_live", "lane", "id", sqlite_where=_LIVE, postgresql_where=_LIVE),
        Index("ix_runs_wake", "wake_at", sqlite_where=_WAITING, postgresql_where=_WAITING),
        Index("ix_runs_parent", "parent_run", sqlite_where=_CHILD, postgresql_where=_CHILD),
        Index("ix_runs_replay_of", "replay_of", sqlite_where=_REPLAY, postgresql_where=_REPLAY),
    )

    id: Mapped[RowId]
    created_at: Mapped[CreatedAt]
    workspace_id: Mapped[uuid.UUID] = mapped_column(
        Id, ForeignKey("workspaces.id", ondelete="CASCADE")
    )
    agent_id: Mapped[uuid.UUID] = mapped_column(Id)
    agent_version_id: Mapped[uuid.UUID] = mapped_column(Id)
    flow_graph_id: Mapped[uuid.UUID] = mapped_column(Id)
    trigger_type: Mapped[TriggerType] = mapped_column(Word(TriggerType))
    trigger_payload: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)  # redacted copy
    mode: Mapped[RunMode] = mapped_column(Word(RunMode), default=RunMode.LIVE)
    status: Mapped[RunStatus] = mapped_column(Word(RunStatus), default=RunStatus.PENDING)
    reason: Mapped[str | None] = mapped_column(String(24))
    lane: Mapped[Lane] = mapped_column(Word(Lane), default=Lane.DEFAULT)
    started_at: Mapped[datetime | None] = mapped_column(UtcTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcTime)
    error_message: Mapped[str | None] = mapped_column(Text)
    failed_node_id: Mapped[str | None] = mapped_column(String(8))
    summary: Mapped[str] = mapped_column(String(400), default="")
    answer: Mapped[Any | None] = mapped_column(Json)  # redacted, size-capped copy
    started_by: Mapped[uuid.UUID | None] = mapped_column(Id, ForeignKey("users.id"))
    parent_run: Mapped[uuid.UUID | None] = mapped_column(Id)
    replay_of: Mapped[uuid.UUID | None] = mapped_column(Id)
    claim: Mapped[int] = mapped_column(default=0)
    released: Mapped[int] = mapped_column(default=0)  # claims that ended in good order
    owner: Mapped[str | None] = mapped_column(String(80))
    lease_until: Mapped[datetime | None] = mapped_column(UtcTime)
    cancel_requested: Mapped[datetime | None] = mapped_column(UtcTime)
    cancelled_by: Mapped[uuid.UUID | None] = mapped_column(Id, ForeignKey("users.id"))
    cost: Mapped[int] = mapped_column(BigInteger, default=0)
    tokens: Mapped[int] = mapped_column(BigInteger, default=0)
    # Of these tokens nobody knows the price, so they are not in the cost.
    unpriced: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    seq: Mapped[int] = mapped_column(default=0)
    steps_done: Mapped[int] = mapped_column(default=0)
    steps_total: Mapped[int] = mapped_column(default=0)
    idempotency_key: Mapped[str | None] = mapped_column(String(120))
    start_node_id: Mapped[str | None] = mapped_column(String(8))  # None: the first start by hand
    only_node_id: Mapped[str | None] = mapped_column(String(8))  # a try of this one step alone
    # A row of `triggers`, or of `workflows` where a proposal is rehearsed; or it is gone.
    trigger_id: Mapped[uuid.UUID | None] = mapped_column(Id)
    # What set it off, as people read it: “Form “Contact us””.
    trigger_words: Mapped[str] = mapped_column(String(200), default="", server_default="")
    wake_at: Mapped[datetime | None] = mapped_column(UtcTime)  # when a waiting run looks again
    depth: Mapped[int] = mapped_column(default=0, server_default="0")  # runs above this one

    agent: Mapped[Agent] = relationship(viewonly=True, foreign_keys=[workspace_id, agent_id])
    agent_version: Mapped[AgentVersion] = relationship(
        viewonly=True, foreign_keys=[workspace_id, agent_version_id]
    )
    flow_graph: Mapped[FlowGraph] = relationship(
        viewonly=True, foreign_keys=[workspace_id, flow_graph_id]
    )
    starter: Mapped[User | None] = relationship(foreign_keys=[started_by])

    @property
    def rehearses_proposal(self) -> bool:
        """Whether it rehearses a flow that was proposed: no agent has that flow yet."""
        by_hand = self.trigger_type is TriggerType.MANUAL and self.mode is RunMode.REHEARSAL
        return by_hand and self.trigger_id is not None

    @classmethod
    def is_of_proposal(cls) -> ColumnElement[bool]:
        """`rehearses_proposal` as a condition."""
        by_hand = and_(cls.trigger_type == TriggerType.MANUAL, cls.mode == RunMode.REHEARSAL)
        return and_(by_hand, cls.trigger_id.is_not(None))

    @property
    def seconds(self) -> float | None:
        """How long it has taken so far, or took in all; None while it has not begun."""
        return seconds_between(self.started_at, self.finished_at)


def seconds_between(started_at: datetime | None, finished_at: datetime | None) -> float | None:
    """How long something lasted, up to now while it has no end; None while it has not begun."""
    if started_at is None:
        return None
    return ((finished_at or clock.now()) - started_at).total_seconds()


class RunNode(Model):
    """What one step did in one iteration: the redacted, size-capped copy for people."""

    __tablename__ = "run_nodes"
    __table_args__ = (
        ForeignKeyConstraint(
            ["workspace_id", "run_id"], ["runs.workspace_id", "runs.id"], ondelete="CASCADE"
        ),
        # The failed items of a loop are found without reading the others.
        Index("ix_run_nodes_failed", "run_id", sqlite_where=_FAILED, postgresql_where=_FAILED),
    )

    run_id: Mapped[uuid.UUID] = mapped_column(Id, primary_key=True)
    node_id: Mapped[str] = mapped_column(String(8), primary_key=True)
    iteration: Mapped[str] = mapped_column(String(60), primary_key=True, default="")
    workspace_id: Mapped[uuid.UUID] = mapped_column(Id)
    node_type: Mapped[str] = mapped_column(String(60))
    attempt: Mapped[int] = mapped_column(default=1)
    status: Mapped[StepStatus] = mapped_column(Word(StepStatus))
    port: Mapped[str | None] = mapped_column(String(24))
    input: Mapped[Any | None] = mapped_column(Json)
    output: Mapped[Any | None] = mapped_column(Json)
    error_message: Mapped[str | None] = mapped_column(Text)
    started_at: Mapped[datetime | None] = mapped_column(UtcTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcTime)
    cost: Mapped[int] = mapped_column(BigInteger, default=0)
    tokens: Mapped[int] = mapped_column(BigInteger, default=0)
    unpriced: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")

    @property
    def shown(self) -> StepRecord:
        """The step as the engine's record, with the copies of its values that people may see."""
        return StepRecord(
            step_id=self.node_id,
            step_type=self.node_type,
            iteration=self.iteration,
            status=self.status,
            attempt=self.attempt,
            given=self.input,
            output=self.output,
            port=self.port,
            error=self.error_message,
            started_at=self.started_at,
            ended_at=self.finished_at,
            tokens=self.tokens,
            cost=self.cost,
            unpriced=self.unpriced,
        )


class RunLog(Model):
    """One log line of a run, numbered so that a page can ask for what is new."""

    __tablename__ = "run_logs"
    __table_args__ = (
        ForeignKeyConstraint(
            ["workspace_id", "run_id"], ["runs.workspace_id", "runs.id"], ondelete="CASCADE"
        ),
    )

    run_id: Mapped[uuid.UUID] = mapped_column(Id, primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    workspace_id: Mapped[uuid.UUID] = mapped_column(Id)
    at: Mapped[datetime] = mapped_column(UtcTime)
    level: Mapped[LogLevel] = mapped_column(Word(LogLevel), default=LogLevel.INFO)
    node_id: Mapped[str | None] = mapped_column(String(8))
    text: Mapped[str] = mapped_column(Text)


class RunState(Model):
    """The exact values a run works with, sealed under the workspace's data key.

    `node_id` is empty for the full trigger payload. Deleted when the run ends for good.
    """

    __tablename__ = "run_state"
    __table_args__ = (
        ForeignKeyConstraint(
            ["workspace_id", "run_id"], ["runs.workspace_id", "runs.id"], ondelete="CASCADE"
        ),
    )

    run_id: Mapped[uuid.UUID] = mapped_column(Id, primary_key=True)
    node_id: Mapped[str] = mapped_column(String(8), primary_key=True, default="")
    iteration: Mapped[str] = mapped_column(String(60), primary_key=True, default="")
    workspace_id: Mapped[uuid.UUID] = mapped_column(Id)
    ciphertext: Mapped[bytes] = mapped_column(LargeBinary)


class RunWait(Model):
    """What one step of a run waits for: a moment, a person, another run.

    `detail` is what is asked and `reply` what was answered, both sealed as run values are. The
    row goes when the run ends for good.
    """

    __tablename__ = "run_waits"
    __table_args__ = (
        ForeignKeyConstraint(
            ["workspace_id", "run_id"], ["runs.workspace_id", "runs.id"], ondelete="CASCADE"
        ),
        Index(
            "ix_run_waits_child", "child_run", sqlite_where=_WAITS_FOR, postgresql_where=_WAITS_FOR
        ),
    )

    run_id: Mapped[uuid.UUID] = mapped_column(Id, primary_key=True)
    node_id: Mapped[str] = mapped_column(String(8), primary_key=True)
    iteration: Mapped[str] = mapped_column(String(60), primary_key=True, default="")
    workspace_id: Mapped[uuid.UUID] = mapped_column(Id)
    created_at: Mapped[CreatedAt]
    reason: Mapped[Reason] = mapped_column(Word(Reason))
    due: Mapped[datetime | None] = mapped_column(UtcTime)
    child_run: Mapped[uuid.UUID | None] = mapped_column(Id)
    detail: Mapped[bytes] = mapped_column(LargeBinary)
    reply: Mapped[bytes | None] = mapped_column(LargeBinary)
    replied_at: Mapped[datetime | None] = mapped_column(UtcTime)
    replied_by: Mapped[uuid.UUID | None] = mapped_column(Id, ForeignKey("users.id"))
