"""What Home and the sidebar show of a workspace's runs."""

import uuid
from collections.abc import Sequence
from datetime import timedelta
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, bindparam, func, literal, select, union_all
from sqlalchemy.orm import Session, aliased

from app.agents.models import Agent
from app.engine.states import Reason, RunMode, RunStatus
from app.lib import clock
from app.model import Id, UtcTime
from app.prepared import Prepared
from app.runs import listed
from app.runs.listed import ListedRun
from app.runs.models import Run
from app.workspaces.models import Workspace

ATTENTION_FOR = timedelta(days=7)
LIVE = (RunStatus.PENDING, RunStatus.RUNNING)
ENDED = (RunStatus.SUCCESS, RunStatus.FAILED)
MAX_IN_A_ROW = 200
_BEFORE_ALL = uuid.UUID(int=0)


class NeedsSomebody(NamedTuple):
    """A run, and how often its agent failed since it last did well, MAX_IN_A_ROW at most."""

    run: ListedRun
    failures: int


def needs_attention(
    session: Session, workspace: Workspace, *, limit: int
) -> Sequence[NeedsSomebody]:
    """Runs that wait for a person, and failures of the last days that nothing has followed.

    Newest first; a failure is left out once its agent has ended another run. Rehearsals and
    tries of one step are neither failures nor what ends one.
    """
    given = {"here": workspace.id, "since": clock.now() - ATTENTION_FOR}
    rows = session.execute(_attention(limit), given)
    return [NeedsSomebody(ListedRun._make(row[:-1]), row[-1]) for row in rows]


def running_now(session: Session, workspace: Workspace, *, limit: int) -> Sequence[ListedRun]:
    """Runs that are going on, newest first."""
    return _read(session, _running(limit), workspace)


def last_runs(session: Session, workspace: Workspace, *, limit: int) -> Sequence[ListedRun]:
    """The newest runs, whatever became of them; tries of one step left out."""
    return _read(session, _last(limit), workspace)


def _read(session: Session, wanted: Prepared, workspace: Workspace) -> Sequence[ListedRun]:
    rows = wanted.rows(session.connection(), {"here": workspace.id})
    return [ListedRun._make(row) for row in rows]


def live_count(session: Session, workspace: Workspace) -> int:
    """How many runs are going on."""
    return session.scalar(count_live(), {"here": workspace.id}) or 0


# Building one of these costs more than running it, so each is built once.


@cache
def _attention(limit: int) -> Select[*tuple[Any, ...]]:
    in_a_row = (
        failed_in_a_row(Run.workspace_id, Run.agent_id).correlate(Run).limit(MAX_IN_A_ROW)
    ).subquery()
    counted = select(func.count()).select_from(in_a_row).scalar_subquery()
    return _newest(limit, _needs_somebody()).add_columns(counted)


def failed_in_a_row(workspace_id: Any, agent_id: Any) -> Select[uuid.UUID]:
    """The runs of an agent that failed since the last one that did well; in no order."""
    good, bad = aliased(Run), aliased(Run)
    last_good = (
        select(good.id)
        .where(good.workspace_id == workspace_id, good.agent_id == agent_id)
        .where(good.status == RunStatus.SUCCESS, *_in_earnest(good))
        .order_by(good.id.desc())
        .limit(1)
        .correlate(Run)
        .scalar_subquery()
    )
    return (
        select(bad.id)
        .where(bad.workspace_id == workspace_id, bad.agent_id == agent_id)
        .where(bad.status == RunStatus.FAILED, *_in_earnest(bad))
        .where(bad.id > func.coalesce(last_good, literal(_BEFORE_ALL, Id())))
    )


def _in_earnest(run: type[Run]) -> tuple[ColumnElement[bool], ...]:
    """No rehearsal and no try of one step."""
    return run.mode == RunMode.LIVE, run.only_node_id.is_(None)


@cache
def count_attention() -> Select[int]:
    """How many of these runs there are in the workspace `here`, of failures those `since` then."""
    here = Run.workspace_id == bindparam("here")
    return select(func.count()).select_from(Run).where(here, _needs_somebody())


def _needs_somebody() -> ColumnElement[bool]:
    return Run.id.in_(union_all(_last_that_failed(), _waiting_for_somebody()))


def _last_that_failed() -> Select[uuid.UUID]:
    # From the agents, of which there are few, to the last run of each: failures are many.
    ended, bad = aliased(Run), aliased(Run)
    last = (
        select(ended.id)
        .where(ended.workspace_id == Agent.workspace_id, ended.agent_id == Agent.id)
        .where(ended.status.in_(ENDED), *_in_earnest(ended))
        .order_by(ended.id.desc())
        .limit(1)
        .correlate(Agent)
        .scalar_subquery()
    )
    of_agents = select(last.label("id")).where(Agent.workspace_id == bindparam("here")).subquery()
    return (
        select(bad.id)
        .join(of_agents, bad.id == of_agents.c.id)
        .where(bad.status == RunStatus.FAILED)
        .where(bad.finished_at > bindparam("since", type_=UtcTime()))
    )


def _waiting_for_somebody() -> Select[uuid.UUID]:
    waits = aliased(Run)
    return select(waits.id).where(
        waits.workspace_id == bindparam("here"),
        waits.status == RunStatus.WAITING,
        waits.reason == Reason.NEEDS_YOU,
    )


@cache
def _running(limit: int) -> Prepared:
    # Each state by itself, newest first: for both at once all runs there ever were are looked at.
    newest = [
        select(one.id)
        .where(one.workspace_id == bindparam("here"), one.status == status)
        .order_by(one.id.desc())
        .limit(limit)
        .subquery()
        for status in LIVE
        for one in (aliased(Run),)
    ]
    wanted = _newest(limit, Run.id.in_(union_all(*(select(found.c.id) for found in newest))))
    return Prepared(lambda _dialect: wanted)


@cache
def _last(limit: int) -> Prepared:
    return Prepared(lambda _dialect: _newest(limit, Run.only_node_id.is_(None)))


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
