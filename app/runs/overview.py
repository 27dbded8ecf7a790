"""What Home and the sidebar show of a workspace's runs."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session, aliased, joinedload

from app.engine.states import Reason, RunStatus
from app.lib import clock
from app.runs.models import Run
from app.workspaces.models import Workspace

ATTENTION_FOR = timedelta(days=7)
LIVE = (RunStatus.PENDING, RunStatus.RUNNING)
ENDED = (RunStatus.SUCCESS, RunStatus.FAILED)


def needs_attention(session: Session, workspace: Workspace, *, limit: int) -> Sequence[Run]:
    """Runs that wait for a person, and failures of the last days that nothing has followed.

    Newest first; a failure is left out once its agent has ended another run.
    """
    later = aliased(Run)
    ended_since = (
        select(later.id)
        .where(
            later.workspace_id == Run.workspace_id,
            later.agent_id == Run.agent_id,
            later.id > Run.id,
            later.status.in_(ENDED),
        )
        .exists()
    )
    recent = Run.finished_at > clock.now() - ATTENTION_FOR
    failed = and_(Run.status == RunStatus.FAILED, recent, ~ended_since)
    waits = and_(Run.status == RunStatus.WAITING, Run.reason == Reason.NEEDS_YOU)
    return _newest(session, workspace, limit, or_(failed, waits))


def running_now(session: Session, workspace: Workspace, *, limit: int) -> Sequence[Run]:
    """Runs that are going on, newest first."""
    return _newest(session, workspace, limit, Run.status.in_(LIVE))


def last_runs(session: Session, workspace: Workspace, *, limit: int) -> Sequence[Run]:
    """The newest runs, whatever became of them."""
    return _newest(session, workspace, limit)


def live_count(session: Session, workspace: Workspace) -> int:
    """How many runs are going on."""
    return (
        session.scalar(
            select(func.count())
            .select_from(Run)
            .where(Run.workspace_id == workspace.id, Run.status.in_(LIVE))
        )
        or 0
    )


def _newest(
    session: Session, workspace: Workspace, limit: int, *conditions: ColumnElement[bool]
) -> Sequence[Run]:
    return session.scalars(
        select(Run)
        .options(joinedload(Run.agent))
        .where(Run.workspace_id == workspace.id, *conditions)
        .order_by(Run.id.desc())
        .limit(limit)
    ).all()
