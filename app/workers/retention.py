"""Lets go of runs that a workspace keeps no longer, in small batches, and gives the space back."""

import sqlite3
import uuid
from collections.abc import Sequence
from datetime import timedelta
from typing import cast

from sqlalchemy import delete, exists, select, update
from sqlalchemy.orm import Session

from app import database
from app.agents.models import AgentVersion, FlowGraph
from app.engine.states import RunStatus
from app.lib import clock
from app.reviews.models import Review
from app.runs.models import Run
from app.workers.desk import Desk
from app.workspaces.models import Workspace

BATCH = 200
FREE_PAGES_A_TIME = 2_000
_FINAL = [status for status in RunStatus if status.is_final]


def let_go(desk: Desk) -> int:
    """Delete what is past its time in every workspace; returns how many runs that were."""
    with desk.sessions() as session:
        kept = session.execute(select(Workspace.id, Workspace.retention_days)).all()
    return sum(_let_go_of(desk, workspace_id, days) for workspace_id, days in kept)


def _let_go_of(desk: Desk, workspace_id: uuid.UUID, days: int) -> int:
    count = 0
    while True:
        # A transaction each, so that runs and pages get their turn in between.
        with desk.sessions() as session, database.writing(session):
            past = _past(session, workspace_id, days)
            _delete(session, workspace_id, past)
        count += len(past)
        if len(past) < BATCH:
            break
    if count:
        _give_space_back(desk)
    return count


def _past(session: Session, workspace_id: uuid.UUID, days: int) -> Sequence[uuid.UUID]:
    return session.scalars(
        select(Run.id)
        .where(
            Run.workspace_id == workspace_id,
            Run.status.in_(_FINAL),
            Run.created_at < clock.now() - timedelta(days=days),
        )
        .order_by(Run.id)
        .limit(BATCH)
    ).all()


def _delete(session: Session, workspace_id: uuid.UUID, past: Sequence[uuid.UUID]) -> None:
    if not past:
        return
    for reference in (Run.parent_run, Run.replay_of):
        session.execute(
            update(Run)
            .where(Run.workspace_id == workspace_id, reference.in_(past))
            .values({reference.key: None})
            .execution_options(synchronize_session=False)
        )
    # Steps, log lines and kept values go with their run.
    session.execute(
        delete(Run)
        .where(Run.workspace_id == workspace_id, Run.id.in_(past))
        .execution_options(synchronize_session=False)
    )
    session.execute(
        delete(FlowGraph)
        .where(
            FlowGraph.workspace_id == workspace_id,
            ~exists().where(Run.flow_graph_id == FlowGraph.id),
            ~exists().where(AgentVersion.flow_graph_id == FlowGraph.id),
            ~exists().where(Review.flow_graph_id == FlowGraph.id),
        )
        .execution_options(synchronize_session=False)
    )


def _give_space_back(desk: Desk) -> None:
    with desk.sessions() as session:
        engine = session.get_bind().engine
    if engine.dialect.name == "sqlite":  # PostgreSQL's autovacuum does it there
        connection = engine.raw_connection()
        database.let_write(connection, may=True)
        # Asked in any other way, the driver frees one page and stops.
        driver = cast(sqlite3.Connection, connection.driver_connection)
        driver.executescript(f"PRAGMA incremental_vacuum({FREE_PAGES_A_TIME})")
        connection.close()
