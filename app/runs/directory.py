"""Finding runs, always from their workspace, and the pages of their list."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from sqlalchemy import Dialect, Select, bindparam, select
from sqlalchemy.orm import Session, defer, joinedload

from app.agents.models import Agent, AgentVersion, FlowGraph
from app.engine.states import RunStatus
from app.prepared import Prepared, Values
from app.runs import listed
from app.runs.listed import ListedRun
from app.runs.models import Run
from app.workspaces.models import Workspace

PAGE_SIZE = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class RunPage:
    """One page of the list, newest first. The keys lead to the pages beside it; None: no page."""

    runs: Sequence[ListedRun]
    newer_than: uuid.UUID | None
    older_than: uuid.UUID | None

    @property
    def is_live(self) -> bool:
        """Whether a run on it is still going."""
        return any(not run.status.is_final for run in self.runs)

    @property
    def has_failed(self) -> bool:
        """Whether a run on it failed."""
        return any(run.status is RunStatus.FAILED for run in self.runs)

    @property
    def mark(self) -> str:
        """Changes whenever a row of it does."""
        return ".".join(f"{run.id.hex[-6:]}{run.seq}" for run in self.runs)


def by_id(session: Session, workspace: Workspace, *, run_id: uuid.UUID) -> Run | None:
    """The run with this id in this workspace, with what its page shows of it."""
    return session.scalars(_by_id(), {"here": workspace.id, "wanted": run_id}).one_or_none()


def list_page(
    session: Session,
    workspace: Workspace,
    *,
    status: RunStatus | None = None,
    agent: Agent | None = None,
    older_than: uuid.UUID | None = None,
    newer_than: uuid.UUID | None = None,
) -> RunPage:
    """Runs of one status, of one agent, or all. Paged by key: every page costs the same."""
    given = {"here": workspace.id, "status": status, "agent": agent and agent.id}
    narrowed = (status is not None, agent is not None)
    if newer_than is not None:
        wanted = _page(*narrowed, side="newer", limit=PAGE_SIZE + 1)
        return _newer_page(_read(session, wanted, given | {"key": newer_than}))
    wanted = _page(*narrowed, side="older" if older_than else None, limit=PAGE_SIZE + 1)
    found = _read(session, wanted, given | {"key": older_than})
    runs = found[:PAGE_SIZE]
    return RunPage(
        runs=runs,
        newer_than=runs[0].id if runs and older_than is not None else None,
        older_than=runs[-1].id if len(found) > PAGE_SIZE else None,
    )


def last_good(session: Session, run: Run) -> Run | None:
    """The latest successful run of the same agent before this one."""
    return session.scalars(
        select(Run)
        .where(
            Run.workspace_id == run.workspace_id,
            Run.agent_id == run.agent_id,
            Run.status == RunStatus.SUCCESS,
            Run.id < run.id,
        )
        .order_by(Run.id.desc())
        .limit(1)
    ).one_or_none()


def agents_with_runs(session: Session, workspace: Workspace) -> Sequence[tuple[str, str]]:
    """Slug and name of the agents that the list can be narrowed to, by name."""
    rows = _agents.rows(session.connection(), {"here": workspace.id})
    return [(row.slug, row.name) for row in rows]


def _read(session: Session, wanted: Prepared, given: Values) -> Sequence[ListedRun]:
    return [ListedRun._make(row) for row in wanted.rows(session.connection(), given)]


def _newer_page(found: Sequence[ListedRun]) -> RunPage:
    runs = list(reversed(found[:PAGE_SIZE]))
    return RunPage(
        runs=runs,
        newer_than=runs[0].id if len(found) > PAGE_SIZE else None,
        older_than=runs[-1].id if runs else None,
    )


# Building one of these costs more than running it, so each is built once.


@cache
def _by_id() -> Select[Run]:
    version = joinedload(Run.agent_version, innerjoin=True)
    graph = joinedload(Run.flow_graph, innerjoin=True)
    return (
        select(Run)
        .options(
            joinedload(Run.agent, innerjoin=True),
            version.options(defer(AgentVersion.spec_json), defer(AgentVersion.spec_markdown)),
            graph.defer(FlowGraph.graph_json),  # most often this process knows its digest
            joinedload(Run.starter),
        )
        .where(Run.workspace_id == bindparam("here"), Run.id == bindparam("wanted"))
    )


@cache
def _page(
    has_status: bool, has_agent: bool, *, side: Literal["older", "newer"] | None, limit: int
) -> Prepared:
    wanted = listed.listed().where(Run.workspace_id == bindparam("here")).limit(limit)
    if has_status:
        wanted = wanted.where(Run.status == bindparam("status"))
    if has_agent:
        wanted = wanted.where(Run.agent_id == bindparam("agent"))
    if side == "newer":
        newer = wanted.where(Run.id > bindparam("key")).order_by(Run.id)
        return Prepared(lambda _dialect: newer)
    if side == "older":
        wanted = wanted.where(Run.id < bindparam("key"))
    newest_first = wanted.order_by(Run.id.desc())
    return Prepared(lambda _dialect: newest_first)


def _that_ran(_dialect: Dialect) -> Select[*tuple[Any, ...]]:
    return (
        select(Agent.slug, Agent.name)
        .where(Agent.workspace_id == bindparam("here"), Agent.last_active.is_not(None))
        .order_by(Agent.name)
    )


_agents = Prepared(_that_ran)
