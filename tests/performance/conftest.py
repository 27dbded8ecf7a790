"""The room's fixtures: an agent of the harbour, runs of it that ended, and its books."""

import contextlib
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from app import database
from app.agents import drafts
from app.agents.models import Agent
from app.engine.states import RunMode, RunStatus, TriggerType
from app.lib import clock, ids
from app.performance.keeping import Books
from app.runs.models import Run
from tests.agents.greeter import agent, browser

__all__ = ["agent", "browser"]

AddRun = Callable[..., Run]


@pytest.fixture
def add_run(session: Session, agent: Agent) -> AddRun:
    """Adds a run that began some minutes ago: `status`, how many seconds it `took`, and more."""

    def add(
        status: RunStatus = RunStatus.SUCCESS,
        *,
        took: float = 2.0,
        ago: timedelta = timedelta(minutes=5),
        mode: RunMode = RunMode.LIVE,
        **more: Any,
    ) -> Run:
        began = clock.now() - ago
        run_id = ids.first_id_at(began)
        run_id = type(run_id)(int=run_id.int | (ids.new_id().int & ((1 << 62) - 1)))
        with database.writing(session):
            draft = drafts.draft_of(session, agent)
            draft.flow_graph.freeze()
            agent.last_active = clock.now()
            run = Run(
                id=run_id,
                created_at=began,
                workspace_id=agent.workspace_id,
                agent_id=agent.id,
                agent_version_id=draft.id,
                flow_graph_id=draft.flow_graph_id,
                trigger_type=TriggerType.MANUAL,
                mode=mode,
                status=status,
                started_at=began,
                finished_at=began + timedelta(seconds=took) if status.is_final else None,
                **more,
            )
            session.add(run)
        return run

    return add


@pytest.fixture
def books(engine: Engine) -> Books:
    """What the timetable calls once a minute."""
    return Books(database.session_factory(engine), contextlib.nullcontext())
