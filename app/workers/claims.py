"""Who works on which run: taken by compare-and-set, held by a lease, given back in good order.

Every claim raises the run's claim number, and every later write must name that number, so a
worker that lost its run (it was stopped, or cut off) can write nothing any more.
"""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from functools import cache

from sqlalchemy import UpdateBase, bindparam, func, select, update
from sqlalchemy.orm import Session

from app.engine.states import RunStatus
from app.lib import clock
from app.prepared import Prepared, among, among_values, places_for
from app.runs.models import Lane, Run
from app.workers.choosing import LIVE, Room, choose, is_free, moments, runs

LEASE = timedelta(seconds=30)
MAX_CLAIMS = 3


@dataclass(frozen=True, slots=True)
class Claim:
    """One run that this process owns, as long as the run's claim number is still `number`."""

    run_id: uuid.UUID
    workspace_id: uuid.UUID
    number: int
    released: int
    lane: Lane
    agent_id: uuid.UUID
    parent_run: uuid.UUID | None
    is_cancelled: bool

    @property
    def is_poison(self) -> bool:
        """Whether the run already took down as many workers as one run may."""
        return self.number - self.released > MAX_CLAIMS


def take(
    session: Session, *, owner: str, room: Room, trusts_leases: bool = True
) -> tuple[list[Claim], bool]:
    """Claim runs that are pending or whose lease ran out; call inside `writing()`.

    Chat before default before low; within a lane the workspace with the fewest runs going comes
    first, then the run that waited longest. Also tells whether more runs wait than fit.
    """
    judged = moments(clock.now(), trusts_leases=trusts_leases)
    chosen, is_more_waiting = choose(session, room, judged)
    if not chosen:
        return [], is_more_waiting
    now = clock.now()  # choosing may have waited for other workers
    given = {**judged, **among_values(chosen), "now": now, "its_owner": owner, "until": now + LEASE}
    rows = _claim(places_for(len(chosen))).rows(session.connection(), given)
    claims = [Claim(*(*row[:-1], row[-1] is not None)) for row in rows]
    return sorted(claims, key=lambda claim: chosen.index(claim.run_id)), is_more_waiting


def any_free(session: Session, *, trusts_leases: bool = True) -> bool:
    """Whether there is a run to claim; a cheap look that needs no write transaction."""
    judged = moments(clock.now(), trusts_leases=trusts_leases)
    return _one_free.row(session.connection(), judged) is not None


def free_lanes(session: Session) -> list[Lane]:
    """The lanes in which a run waits for a worker."""
    looked = select(runs.c.lane).where(LIVE, is_free()).distinct()
    return list(session.connection().scalars(looked, moments(clock.now())))


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


_one_free = Prepared(lambda _dialect: select(runs.c.id).where(LIVE, is_free()).limit(1))


@cache
def _claim(places: int) -> Prepared:
    return Prepared(lambda _dialect: _claiming(places))


def _claiming(places: int) -> UpdateBase:
    wanted = among(runs.c.id, places)
    # Rows that another worker is claiming at this moment are skipped, not waited for.
    mine = select(runs.c.id).where(wanted, is_free()).with_for_update(skip_locked=True)
    return (
        update(runs)
        .where(runs.c.id.in_(mine))
        .values(
            claim=runs.c.claim + 1,
            owner=bindparam("its_owner"),
            lease_until=bindparam("until"),
            status=RunStatus.RUNNING,
            started_at=func.coalesce(
                runs.c.started_at, bindparam("now", type_=runs.c.started_at.type)
            ),
            seq=runs.c.seq + 1,
        )
        .returning(
            runs.c.id,
            runs.c.workspace_id,
            runs.c.claim,
            runs.c.released,
            runs.c.lane,
            runs.c.agent_id,
            runs.c.parent_run,
            runs.c.cancel_requested,
        )
    )
