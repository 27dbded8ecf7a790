"""Who works on which run: taken by compare-and-set, held by a lease, given back in good order.

Every claim raises the run's claim number, and every later write must name that number, so a
worker that lost its run (it was stopped, or cut off) can write nothing any more.
"""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Over, and_, case, func, literal, or_, select, text, update
from sqlalchemy.orm import Session

from app.agents.models import Agent
from app.engine.states import RunStatus
from app.lib import clock
from app.runs.models import Lane, Run
from app.workspaces.models import Workspace

LEASE = timedelta(seconds=30)
MAX_CLAIMS = 3
# Words, not parameters: SQLite uses the partial index of live runs only when it can see them.
_LIVE = text("runs.status IN ('pending', 'running')")


@dataclass(frozen=True, slots=True)
class Claim:
    """One run that this process owns, as long as the run's claim number is still `number`."""

    run_id: uuid.UUID
    workspace_id: uuid.UUID
    number: int
    released: int
    lane: Lane
    seq: int
    agent_id: uuid.UUID
    parent_run: uuid.UUID | None
    is_cancelled: bool

    @property
    def is_poison(self) -> bool:
        """Whether the run already took down as many workers as one run may."""
        return self.number - self.released > MAX_CLAIMS

    @property
    def mark(self) -> str:
        """What live pages compare: `<claim>.<seq>`."""
        return f"{self.number}.{self.seq}"


@dataclass(frozen=True, slots=True)
class Room:
    """How many more runs fit: `chat` in all, of which `other` may be of the other lanes."""

    chat: int
    other: int


def take(session: Session, *, owner: str, room: Room) -> tuple[list[Claim], bool]:
    """Claim runs that are pending or whose lease ran out; call inside `writing()`.

    Chat before default before low; within a lane the workspace with the fewest runs going comes
    first, then the run that waited longest. Also tells whether more runs wait than fit.
    """
    now = clock.now()
    chosen, is_more_waiting = _chosen(session, room, now)
    if not chosen:
        return [], is_more_waiting
    # Rows that another worker is claiming at this moment are skipped, not waited for.
    mine = select(Run.id).where(Run.id.in_(chosen), _is_free(now)).with_for_update(skip_locked=True)
    rows = session.execute(
        update(Run)
        .where(Run.id.in_(mine))
        .values(
            claim=Run.claim + 1,
            owner=owner,
            lease_until=now + LEASE,
            status=RunStatus.RUNNING,
            started_at=func.coalesce(Run.started_at, literal(now, Run.started_at.type)),
            seq=Run.seq + 1,
        )
        .returning(
            Run.id,
            Run.workspace_id,
            Run.claim,
            Run.released,
            Run.lane,
            Run.seq,
            Run.agent_id,
            Run.parent_run,
            Run.cancel_requested,
        )
        .execution_options(synchronize_session=False)
    )
    claims = [Claim(*row[:8], is_cancelled=row[8] is not None) for row in rows]
    return sorted(claims, key=lambda claim: chosen.index(claim.run_id)), is_more_waiting


def any_free(session: Session) -> bool:
    """Whether there is a run to claim; a cheap look that needs no write transaction."""
    looked = select(Run.id).where(_LIVE, _is_free(clock.now())).limit(1)
    return session.scalar(looked) is not None


def free_lanes(session: Session) -> list[Lane]:
    """The lanes in which a run waits for a worker."""
    return list(session.scalars(select(Run.lane).where(_LIVE, _is_free(clock.now())).distinct()))


def extend(session: Session, run_ids: Collection[uuid.UUID], *, owner: str) -> set[uuid.UUID]:
    """Hold on to these runs for another lease; returns those that are still this owner's."""
    rows = session.execute(
        update(Run)
        .where(Run.id.in_(run_ids), Run.owner == owner, Run.status == RunStatus.RUNNING)
        .values(lease_until=clock.now() + LEASE)
        .returning(Run.id)
        .execution_options(synchronize_session=False)
    )
    return set(rows.scalars())


def _chosen(session: Session, room: Room, now: datetime) -> tuple[list[uuid.UUID], bool]:
    is_free = _is_free(now)
    # Runs that go already come first, so a run's place says how many go with or before it.
    order = (case((is_free, 1), else_=0), Run.id)
    live = (
        select(
            Run.id,
            Run.lane,
            Run.agent_id,
            Run.workspace_id,
            is_free.label("is_free"),
            _place((Run.lane, Run.workspace_id), order).label("turn"),
            _place((Run.agent_id,), order).label("in_agent"),
            _place((Run.workspace_id,), order).label("in_workspace"),
        )
        .where(_LIVE)
        .subquery()
    )
    rows = session.execute(
        select(live.c.id, live.c.lane)
        .join(Agent, Agent.id == live.c.agent_id)
        .join(Workspace, Workspace.id == live.c.workspace_id)
        .where(
            live.c.is_free,
            or_(Agent.max_parallel.is_(None), live.c.in_agent <= Agent.max_parallel),
            or_(Workspace.max_parallel.is_(None), live.c.in_workspace <= Workspace.max_parallel),
        )
        # The lanes' names happen to sort by urgency: chat, default, low.
        .order_by(live.c.lane, live.c.turn, live.c.id)
        .limit(room.chat + 1)
    ).all()
    chat = [run_id for run_id, lane in rows if lane is Lane.CHAT][: room.chat]
    others = [run_id for run_id, lane in rows if lane is not Lane.CHAT]
    chosen = chat + others[: max(0, min(room.other, room.chat - len(chat)))]
    return chosen, len(rows) > len(chosen)


def _place(among: tuple[Any, ...], order: tuple[Any, ...]) -> Over[int]:
    return func.row_number().over(partition_by=among, order_by=order)


def _is_free(now: datetime) -> ColumnElement[bool]:
    return or_(
        Run.status == RunStatus.PENDING,
        and_(Run.status == RunStatus.RUNNING, Run.lease_until < now),
    )
