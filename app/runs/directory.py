"""Finding runs, always from their workspace, and the pages of their list."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload

from app.agents.models import Agent
from app.engine.states import RunStatus
from app.runs.models import Run
from app.workspaces.models import Workspace

PAGE_SIZE = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class RunPage:
    """One page of the list, newest first. The keys lead to the pages beside it; None: no page."""

    runs: Sequence[Run]
    newer_than: uuid.UUID | None
    older_than: uuid.UUID | None

    @property
    def is_live(self) -> bool:
        """Whether a run on it is still going."""
        return any(not run.status.is_final for run in self.runs)

    @property
    def mark(self) -> str:
        """Changes whenever a row of it does."""
        return ".".join(f"{run.id.hex[-6:]}{run.seq}" for run in self.runs)


def by_id(session: Session, workspace: Workspace, *, run_id: uuid.UUID) -> Run | None:
    """The run with this id in this workspace, with what its page shows of it."""
    return session.scalars(
        select(Run)
        .options(
            joinedload(Run.agent),
            joinedload(Run.agent_version),
            joinedload(Run.flow_graph),
            joinedload(Run.starter),
        )
        .where(Run.workspace_id == workspace.id, Run.id == run_id)
    ).one_or_none()


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
    wanted = select(Run).options(joinedload(Run.agent)).where(Run.workspace_id == workspace.id)
    if status is not None:
        wanted = wanted.where(Run.status == status)
    if agent is not None:
        wanted = wanted.where(Run.agent_id == agent.id)
    if newer_than is not None:
        return _newer_page(session, wanted, newer_than)
    if older_than is not None:
        wanted = wanted.where(Run.id < older_than)
    found = session.scalars(wanted.order_by(Run.id.desc()).limit(PAGE_SIZE + 1)).all()
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


def agents_with_runs(session: Session, workspace: Workspace) -> Sequence[Agent]:
    """The agents that the list can be narrowed to, by name."""
    return session.scalars(
        select(Agent)
        .where(Agent.workspace_id == workspace.id, Agent.last_active.is_not(None))
        .order_by(Agent.name)
    ).all()


def _newer_page(session: Session, wanted: Select[Run], newer_than: uuid.UUID) -> RunPage:
    found = session.scalars(
        wanted.where(Run.id > newer_than).order_by(Run.id).limit(PAGE_SIZE + 1)
    ).all()
    runs = list(reversed(found[:PAGE_SIZE]))
    return RunPage(
        runs=runs,
        newer_than=runs[0].id if len(found) > PAGE_SIZE else None,
        older_than=runs[-1].id if runs else None,
    )
