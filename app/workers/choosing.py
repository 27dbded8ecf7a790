"""Which of the runs that wait go next: chat first, then fair between workspaces, within limits."""

import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import (
    ColumnElement,
    Dialect,
    Select,
    Table,
    and_,
    bindparam,
    func,
    not_,
    or_,
    select,
    text,
)
from sqlalchemy.orm import Session

from app.agents.models import Agent
from app.engine.states import RunStatus
from app.prepared import Prepared
from app.runs.models import Lane, Run
from app.workspaces.models import Workspace

# Words, not parameters: SQLite uses the partial index of live runs only when it can see them.
LIVE = text("runs.status IN ('pending', 'running')")
# No lease reaches as far ahead, unless the clock was set back since it was taken.
TOO_FAR = timedelta(minutes=2)
EVER = timedelta(days=36_500)
# Held until the end of the transaction: whoever has it next sees what was claimed.
_TAKE_TURN = text("SELECT pg_advisory_xact_lock(:number)")
_TURN_NUMBER = 0x4C696D74  # "Limt"; any number that nobody else in this database uses
FEW = 100  # this many are looked at all together; of more, the oldest of each agent
runs, agents, workspaces = (cast(Table, model.__table__) for model in (Run, Agent, Workspace))


@dataclass(frozen=True, slots=True)
class Room:
    """How many more runs fit: `chat` in all, of which `other` may be of the other lanes."""

    chat: int
    other: int


def choose(
    session: Session, room: Room, moments: dict[str, datetime]
) -> tuple[list[uuid.UUID], bool]:
    """The runs to claim, in order, and whether more could go than fit."""
    rows = _live(session, room, moments)
    if _must_take_turns(session, rows):
        session.execute(_TAKE_TURN, {"number": _TURN_NUMBER})
        rows = _live(session, room, moments)
    waiting = _in_turn(rows)
    chat = [run_id for run_id, lane in waiting if lane is Lane.CHAT][: room.chat]
    others = [run_id for run_id, lane in waiting if lane is not Lane.CHAT]
    chosen = chat + others[: max(0, min(room.other, room.chat - len(chat)))]
    return chosen, len(waiting) > len(chosen)


def _live(session: Session, room: Room, moments: dict[str, datetime]) -> Sequence[Any]:
    connection = session.connection()
    rows = _few.rows(connection, {**moments, "most": FEW + 1})
    if len(rows) > FEW:
        # No more than fit and one are taken of any agent, so later ones change nothing.
        rows = _oldest_of_each.rows(connection, {**moments, "most": room.chat + 1})
    return rows


def _must_take_turns(session: Session, rows: Sequence[Any]) -> bool:
    """Whether others may be claiming runs unseen that count for a limit; SQLite has one writer."""
    return session.get_bind().dialect.name == "postgresql" and any(
        row.is_free and (row.most_of_agent is not None or row.most_of_workspace is not None)
        for row in rows
    )


def moments(now: datetime, *, trusts_leases: bool = True) -> dict[str, datetime]:
    """The parameters of `is_free`; without trust in leases only pending runs are free."""
    if not trusts_leases:
        return {"lapsed_at": now - EVER, "too_far": now + EVER}
    return {"lapsed_at": now, "too_far": now + TOO_FAR}


def is_free() -> ColumnElement[bool]:
    """Whether a run waits for a worker; takes `moments` as parameters."""
    lease_until = runs.c.lease_until
    lapsed = or_(
        lease_until < bindparam("lapsed_at", type_=lease_until.type),
        lease_until > bindparam("too_far", type_=lease_until.type),
    )
    return or_(runs.c.status == RunStatus.PENDING, and_(runs.c.status == RunStatus.RUNNING, lapsed))


def _in_turn(rows: Sequence[Any]) -> list[tuple[uuid.UUID, Lane]]:
    """Runs that may go now; within a lane the workspace with the fewest before it comes first."""
    going: Counter[object] = Counter()
    found = []
    # Runs that go already come first, so a run's place says how many go with or before it.
    for row in sorted(rows, key=lambda row: (row.is_free, row.id)):
        if row.is_free and (
            _is_full(going[row.agent_id], row.most_of_agent)
            or _is_full(going[row.workspace_id], row.most_of_workspace)
        ):
            continue  # it takes nobody's place: one slow agent must not hold up its workspace
        place = (row.lane, row.workspace_id)
        going.update((place, row.agent_id, row.workspace_id))
        if row.is_free:
            # The lanes' names happen to sort by urgency: chat, default, low.
            found.append((row.lane, going[place], row.id))
    return [(run_id, lane) for lane, _turn, run_id in sorted(found)]


def _is_full(count: int, most: int | None) -> bool:
    return most is not None and count >= most


def _columns() -> tuple[ColumnElement[Any], ...]:
    of_agent = select(agents.c.max_parallel).where(agents.c.id == runs.c.agent_id)
    of_workspace = select(workspaces.c.max_parallel).where(workspaces.c.id == runs.c.workspace_id)
    return (
        runs.c.id,
        runs.c.lane,
        runs.c.agent_id,
        runs.c.workspace_id,
        of_agent.scalar_subquery().label("most_of_agent"),
        of_workspace.scalar_subquery().label("most_of_workspace"),
    )


def _first_live(_dialect: Dialect) -> Select[*tuple[Any, ...]]:
    """Live runs, so many at most."""
    return (
        select(*_columns(), is_free().label("is_free"))
        .where(LIVE)
        .order_by(runs.c.lane, runs.c.id)
        .limit(bindparam("most"))
    )


def _first_of_agents(_dialect: Dialect) -> Select[*tuple[Any, ...]]:
    """Every run that goes, and of each agent those that have waited longest in each lane."""
    among = (runs.c.lane, runs.c.agent_id, is_free())
    place = func.row_number().over(partition_by=among, order_by=runs.c.id)
    live = (
        select(runs.c.id, is_free().label("is_free"), place.label("place")).where(LIVE).subquery()
    )
    return (
        select(*_columns(), live.c.is_free)
        .join(live, live.c.id == runs.c.id)
        .where(or_(not_(live.c.is_free), live.c.place <= bindparam("most")))
    )


_few = Prepared(_first_live)
_oldest_of_each = Prepared(_first_of_agents)
