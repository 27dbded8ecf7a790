"""What Home and the sidebar show of a workspace's runs."""

from collections.abc import Sequence
from datetime import timedelta
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, func, or_, select
from sqlalchemy.orm import Session, aliased

from app.engine.states import Reason, RunMode, RunStatus
from app.lib import clock
from app.model import UtcTime
from app.runs import listed
from app.runs.listed import ListedRun
from app.runs.models import Run
from app.workspaces.models import Workspace

ATTENTION_FOR = timedelta(days=7)
LIVE = (RunStatus.PENDING, RunStatus.RUNNING)
ENDED = (RunStatus.SUCCESS, RunStatus.FAILED)


def needs_attention(session: Session, workspace: Workspace, *, limit: int) -> Sequence[ListedRun]:
    """Runs that wait for a person, and failures of the last days that nothing has followed.

    Newest first; a failure is left out once its agent has ended another run. Rehearsals and
    tries of one step are neither failures nor what ends one.
    """
    since = clock.now() - ATTENTION_FOR
    return listed.read(session, _attention(limit), given={"here": workspace.id, "since": since})


def running_now(session: Session, workspace: Workspace, *, limit: int) -> Sequence[ListedRun]:
    """Runs that are going on, newest first."""
    return listed.read(session, _running(limit), given={"here": workspace.id})


def last_runs(session: Session, workspace: Workspace, *, limit: int) -> Sequence[ListedRun]:
    """The newest runs, whatever became of them; tries of one step left out."""
    return listed.read(session, _last(limit), given={"here": workspace.id})


def live_count(session: Session, workspace: Workspace) -> int:
    """How many runs are going on."""
    return session.scalar(count_live(), {"here": workspace.id}) or 0


# Building one of these costs more than running it, so each is built once.


@cache
def _attention(limit: int) -> Select[*tuple[Any, ...]]:
    return _newest(limit, _needs_somebody())


@cache
def count_attention() -> Select[int]:
    """How many of these runs there are in the workspace `here`, of failures those `since` then."""
    here = Run.workspace_id == bindparam("here")
    return select(func.count()).select_from(Run).where(here, _needs_somebody())


def _needs_somebody() -> ColumnElement[bool]:
    later = aliased(Run)
    ended_since = (
        select(later.id)
        .where(
            later.workspace_id == Run.workspace_id,
            later.agent_id == Run.agent_id,
            later.id > Run.id,
            later.status.in_(ENDED),
            later.mode == RunMode.LIVE,
            later.only_node_id.is_(None),
        )
        .exists()
    )
    recent = Run.finished_at > bindparam("since", type_=UtcTime())
    is_real = and_(Run.mode == RunMode.LIVE, Run.only_node_id.is_(None))
    failed = and_(Run.status == RunStatus.FAILED, recent, is_real, ~ended_since)
    waits = and_(Run.status == RunStatus.WAITING, Run.reason == Reason.NEEDS_YOU)
    return or_(failed, waits)


@cache
def _running(limit: int) -> Select[*tuple[Any, ...]]:
    return _newest(limit, Run.status.in_(LIVE))


@cache
def _last(limit: int) -> Select[*tuple[Any, ...]]:
    return _newest(limit, Run.only_node_id.is_(None))


def _newest(limit: int, *conditions: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    here = Run.workspace_id == bindparam("here")
    return listed.listed().where(here, *conditions).order_by(Run.id.desc()).limit(limit)


@cache
def count_live() -> Select[int]:
    """How many runs are going on in the workspace `here`; for asking together with other counts."""
    return (
        select(func.count())
        .select_from(Run)
        .where(Run.workspace_id == bindparam("here"), Run.status.in_(LIVE))
    )
