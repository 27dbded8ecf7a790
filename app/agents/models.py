"""Agents, their versions, and the graphs of steps that versions and runs refer to."""

import enum
import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.engine.graph import Graph
from app.lib import clock
from app.model import CreatedAt, Id, Json, Model, RowId, UtcTime, Word


class AgentType(enum.StrEnum):
    """What kind of work an agent is for."""

    TASK_EXECUTOR = "task_executor"
    WORKFLOW_CREATOR = "workflow_creator"
    PROBLEM_UNDERSTANDING = "problem_understanding"
    CODE_GENERATOR = "code_generator"
    DATA_PROCESSOR = "data_processor"
    SYSTEM = "system"


class AgentStatus(enum.StrEnum):
    """On (active), off (inactive) or put away (archived)."""

    ACTIVE = "active"
    INACTIVE = "inactive"
    ARCHIVED = "archived"


class Origin(enum.StrEnum):
    """Where an agent came from."""

    MADE_HERE = "made_here"
    TEMPLATE = "template"
    IMPORT = "import"
    LAMPLIGHT = "lamplight"  # it comes with Lamplight


class VersionStatus(enum.StrEnum):
    """A version is being drafted, is the active one, or was."""

    DRAFT = "draft"
    ACTIVE = "active"
    ARCHIVED = "archived"


class ReferenceKind(enum.StrEnum):
    """What a step can refer to outside its graph."""

    SECRET = "secret"  # noqa: S105  # a kind of reference, not a secret
    CONNECTION = "connection"
    AGENT = "agent"
    TABLE = "table"
    MAILBOX = "mailbox"
    MODEL = "model"


def _unique_where(name: str, *columns: str, where: str) -> Index:
    condition = text(where)
    return Index(name, *columns, unique=True, sqlite_where=condition, postgresql_where=condition)


class Agent(Model):
    """Something people build and run. Its columns are the draft's; runs read the version."""

    __tablename__ = "agents"
    __table_args__ = (
        UniqueConstraint("workspace_id", "id"),
        UniqueConstraint("workspace_id", "slug"),
        Index(None, "workspace_id", "status", "id"),
        _unique_where("uq_agents_command", "workspace_id", "command", where="command IS NOT NULL"),
        ForeignKeyConstraint(
            ["workspace_id", "active_version_id"],
            ["agent_versions.workspace_id", "agent_versions.id"],
            name="fk_agents_active_version",
            use_alter=True,
        ),
    )

    id: Mapped[RowId]
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[CreatedAt]
    workspace_id: Mapped[uuid.UUID] = mapped_column(
        Id, ForeignKey("workspaces.id", ondelete="CASCADE")
    )
    user_id: Mapped[uuid.UUID] = mapped_column(Id, ForeignKey("users.id"))
    created_by: Mapped[uuid.UUID] = mapped_column(Id, ForeignKey("users.id"))
    name: Mapped[str] = mapped_column(String(80))
    slug: Mapped[str] = mapped_column(String(60))
    description: Mapped[str] = mapped_column(String(400), default="")
    icon: Mapped[str] = mapped_column(String(40), default="bot")
    type: Mapped[AgentType] = mapped_column(Word(AgentType), default=AgentType.TASK_EXECUTOR)
    version: Mapped[str] = mapped_column(String(24), default="")  # semver of the active version
    system_message: Mapped[str] = mapped_column(Text, default="")
    config: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    src: Mapped[str] = mapped_column(Text, default="", deferred=True)
    origin: Mapped[Origin] = mapped_column(Word(Origin), default=Origin.MADE_HERE)
    command: Mapped[str | None] = mapped_column(String(40))
    capabilities: Mapped[list[str]] = mapped_column(Json, default=list)
    status: Mapped[AgentStatus] = mapped_column(Word(AgentStatus), default=AgentStatus.INACTIVE)
    active_version_id: Mapped[uuid.UUID | None] = mapped_column(Id)
    last_active: Mapped[datetime | None] = mapped_column(UtcTime)
    max_parallel: Mapped[int | None] = mapped_column()  # runs of it at a time; None: no limit
    performance_metrics: Mapped[dict[str, Any]] = mapped_column(Json, default=dict, deferred=True)
    meta: Mapped[dict[str, Any]] = mapped_column("metadata", Json, default=dict)

    owner: Mapped[User] = relationship(foreign_keys=[user_id])
    active_version: Mapped["AgentVersion | None"] = relationship(
        viewonly=True, foreign_keys=[workspace_id, active_version_id]
    )

    @property
    def is_on(self) -> bool:
        """Whether its triggers fire and it may be called."""
        return self.status is AgentStatus.ACTIVE

    @property
    def is_archived(self) -> bool:
        """Whether it was put away: it keeps its history and does nothing."""
        return self.status is AgentStatus.ARCHIVED

    @property
    def is_built_in(self) -> bool:
        """Whether Lamplight itself made it and keeps it: nobody here changes it."""
        return BUILT_IN in self.meta

    @property
    def is_published(self) -> bool:
        """Whether there is a version that can be switched on."""
        return self.active_version_id is not None


class AgentVersion(Model):
    """One version. The draft row follows the editor; a published row is frozen for good."""

    __tablename__ = "agent_versions"
    __table_args__ = (
        UniqueConstraint("workspace_id", "id"),
        UniqueConstraint("agent_id", "version_number"),
        _unique_where("uq_agent_versions_one_active", "agent_id", where="status = 'active'"),
        _unique_where("uq_agent_versions_one_draft", "agent_id", where="status = 'draft'"),
        ForeignKeyConstraint(
            ["workspace_id", "agent_id"],
            ["agents.workspace_id", "agents.id"],
            ondelete="CASCADE",
        ),
        ForeignKeyConstraint(
            ["workspace_id", "flow_graph_id"], ["flow_graphs.workspace_id", "flow_graphs.id"]
        ),
    )

    id: Mapped[RowId]
    created_at: Mapped[CreatedAt]
    workspace_id: Mapped[uuid.UUID] = mapped_column(
        Id, ForeignKey("workspaces.id", ondelete="CASCADE")
    )
    agent_id: Mapped[uuid.UUID] = mapped_column(Id)
    version_number: Mapped[int | None] = mapped_column()  # None for the draft
    version: Mapped[str] = mapped_column(String(24), default="")
    spec_markdown: Mapped[str] = mapped_column(Text, default="")
    spec_json: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    flow_graph_id: Mapped[uuid.UUID] = mapped_column(Id)
    status: Mapped[VersionStatus] = mapped_column(Word(VersionStatus))
    note: Mapped[str] = mapped_column(String(400), default="")
    created_by: Mapped[uuid.UUID] = mapped_column(Id, ForeignKey("users.id"))
    published_at: Mapped[datetime | None] = mapped_column(UtcTime)

    author: Mapped[User] = relationship()
    flow_graph: Mapped["FlowGraph"] = relationship(
        viewonly=True, foreign_keys=[workspace_id, flow_graph_id]
    )


BUILT_IN = "built_in"  # in an agent's `meta`: which of Lamplight's own agents it is
MAX_GRAPHS_KEPT = 500
MAX_STEPS_KEPT = 20_000  # of all of them together; a step takes some kilobytes
_graphs: dict[str, Graph] = {}


class FlowGraph(Model):
    """A graph of steps. Once frozen by a run or a publication it never changes again."""

    __tablename__ = "flow_graphs"
    __table_args__ = (UniqueConstraint("workspace_id", "id"),)

    id: Mapped[RowId]
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[CreatedAt]
    workspace_id: Mapped[uuid.UUID] = mapped_column(
        Id, ForeignKey("workspaces.id", ondelete="CASCADE")
    )
    graph_json: Mapped[dict[str, Any]] = mapped_column(Json)
    revision: Mapped[int] = mapped_column(default=1)
    digest: Mapped[str] = mapped_column(String(64))
    frozen_at: Mapped[datetime | None] = mapped_column(UtcTime)

    @property
    def graph(self) -> Graph:
        """The steps and links as the engine's value; read once for each digest."""
        known = _graphs.get(self.digest)
        if known is None:
            known = Graph.from_json(self.graph_json)
            _keep(self.digest, known)
        return known

    @staticmethod
    def known(digest: str) -> Graph | None:
        """The graph with this digest, if this process has read it of late."""
        return _graphs.get(digest)

    @property
    def is_frozen(self) -> bool:
        """Whether a run or a published version refers to it."""
        return self.frozen_at is not None

    def hold(self, graph: Graph) -> None:
        """Hold another graph from now on. It is spelled as the database gives it back."""
        _graphs.pop(self.digest, None)
        self.graph_json = graph.as_json
        self.digest = graph.digest
        _keep(self.digest, graph)

    def freeze(self) -> None:
        """Keep it as it is for good; the next edit of the draft works on a copy."""
        self.frozen_at = self.frozen_at or clock.now()


def _keep(digest: str, graph: Graph) -> None:
    steps = sum(len(one.steps) for one in _graphs.values())
    if len(_graphs) >= MAX_GRAPHS_KEPT or steps + len(graph.steps) > MAX_STEPS_KEPT:
        _graphs.clear()
    _graphs[digest] = graph


class NodeRow(Model):
    """One step of a graph as a row, derived so that steps can be searched."""

    __tablename__ = "nodes"
    __table_args__ = (
        ForeignKeyConstraint(
            ["workspace_id", "flow_graph_id"],
            ["flow_graphs.workspace_id", "flow_graphs.id"],
            ondelete="CASCADE",
        ),
        Index(None, "workspace_id", "type"),
    )

    flow_graph_id: Mapped[uuid.UUID] = mapped_column(Id, primary_key=True)
    node_id: Mapped[str] = mapped_column(String(8), primary_key=True)
    workspace_id: Mapped[uuid.UUID] = mapped_column(Id)
    type: Mapped[str] = mapped_column(String(60))
    name: Mapped[str] = mapped_column(String(120))


class NodeReference(Model):
    """A secret, connection or agent that a step refers to: answers "who uses this?"."""

    __tablename__ = "node_references"
    __table_args__ = (
        ForeignKeyConstraint(
            ["flow_graph_id", "node_id"],
            ["nodes.flow_graph_id", "nodes.node_id"],
            ondelete="CASCADE",
        ),
        Index(None, "workspace_id", "kind", "target_id"),
    )

    flow_graph_id: Mapped[uuid.UUID] = mapped_column(Id, primary_key=True)
    node_id: Mapped[str] = mapped_column(String(8), primary_key=True)
    kind: Mapped[ReferenceKind] = mapped_column(Word(ReferenceKind), primary_key=True)
    target_id: Mapped[uuid.UUID] = mapped_column(Id, primary_key=True)
    workspace_id: Mapped[uuid.UUID] = mapped_column(Id, ForeignKey("workspaces.id"))


class EdgeRow(Model):
    """One link of a graph as a row."""

    __tablename__ = "edges"
    __table_args__ = (
        ForeignKeyConstraint(
            ["workspace_id", "flow_graph_id"],
            ["flow_graphs.workspace_id", "flow_graphs.id"],
            ondelete="CASCADE",
        ),
    )

    flow_graph_id: Mapped[uuid.UUID] = mapped_column(Id, primary_key=True)
    edge_id: Mapped[str] = mapped_column(String(8), primary_key=True)
    workspace_id: Mapped[uuid.UUID] = mapped_column(Id)
    source: Mapped[str] = mapped_column(String(8))
    source_port: Mapped[str] = mapped_column(String(24))
    target: Mapped[str] = mapped_column(String(8))
    target_port: Mapped[str] = mapped_column(String(24), default="in")
