"""Which view of an agent each person used last, and where on the canvas they were."""

import logging
from dataclasses import dataclass
from functools import cache
from typing import Any, cast

from flask import Response
from sqlalchemy import Table, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from app import database
from app.accounts.models import User
from app.agents.models import Agent
from app.editor.models import CanvasView, EditorView
from app.extensions import db
from app.lib import clock

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Camera:
    """What of the canvas is seen: the world point at its top left, and the zoom."""

    x: float
    y: float
    zoom: float


def kept_view(session: Session, agent: Agent, *, person: User) -> CanvasView | None:
    """How the person last looked at this agent's flow; None if they never did."""
    return session.scalars(
        select(CanvasView).where(
            CanvasView.workspace_id == agent.workspace_id,
            CanvasView.agent_id == agent.id,
            CanvasView.user_id == person.id,
        )
    ).one_or_none()


def camera_of(kept: CanvasView | None) -> Camera | None:
    """Where the person was on the canvas; None before they moved it."""
    if kept is None or kept.x is None or kept.y is None or kept.zoom is None:
        return None
    return Camera(kept.x, kept.y, kept.zoom)


def last_view(session: Session, agent: Agent, *, person: User) -> EditorView:
    """The view of a flow that they used last, of this agent or any here; at first the canvas."""
    kept = kept_view(session, agent, person=person)
    if kept is None or kept.view is EditorView.SIMPLE:
        kept = _newest(session, agent, person)
    return kept.view if kept is not None else EditorView.CANVAS


def keep_camera(session: Session, agent: Agent, *, person: User, camera: Camera) -> None:
    """Remember where they are; who moves the canvas uses the canvas."""
    seen = {"x": camera.x, "y": camera.y, "zoom": camera.zoom, "view": EditorView.CANVAS}
    _keep(session, {**_place(agent, person), **seen})


def keep_view_after(
    answer: Response, kept: CanvasView | None, agent: Agent, *, person: User, view: EditorView
) -> Response:
    """Remember, once the answer has left, that they use this view now; not worth waiting for."""
    if kept is not None and kept.view is view:
        return answer
    engine, values = db.engine, {**_place(agent, person), "view": view}

    @answer.call_on_close
    def _note() -> None:
        with engine.connect() as connection:
            database.refuse_to_wait(connection)
            try:
                with database.writing(Session(connection)) as open_session:
                    _keep(open_session, values)
            except OperationalError:
                log.debug("The database is busy: the view is noted another time.")

    return answer


def _newest(session: Session, agent: Agent, person: User) -> CanvasView | None:
    return session.scalars(
        select(CanvasView)
        .where(
            CanvasView.user_id == person.id,
            CanvasView.workspace_id == agent.workspace_id,
            CanvasView.view != EditorView.SIMPLE,
        )
        .order_by(CanvasView.updated_at.desc())
        .limit(1)
    ).one_or_none()


def _place(agent: Agent, person: User) -> dict[str, Any]:
    return {"workspace_id": agent.workspace_id, "agent_id": agent.id, "user_id": person.id}


def _keep(session: Session, values: dict[str, Any]) -> None:
    statement = _upsert(session.get_bind().dialect.name, tuple(values))
    session.execute(statement, {**values, "updated_at": clock.now()})


@cache
def _upsert(dialect: str, names: tuple[str, ...]) -> Any:
    table = cast(Table, CanvasView.__table__)
    insert = sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)
    changed = [name for name in (*names, "updated_at") if not name.endswith("_id")]
    return insert.on_conflict_do_update(
        index_elements=["agent_id", "user_id"],
        set_={name: insert.excluded[name] for name in changed},
    )
