"""What answers a ring: claims runs in batches and works on many of them side by side.

Agents mostly wait for services, so one run per process would waste the process. A drain keeps
some threads free for chat, waits for the next ring while it has room, and ends after a while so
that RQ sees its worker breathe; runs that are still going pass to the process's next drain.
"""

import contextlib
import logging
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from queue import Empty, SimpleQueue

from redis.exceptions import RedisError
from sqlalchemy.exc import SQLAlchemyError

from app import database
from app.queue import LANES
from app.runs.models import Lane
from app.workers import claims, work_order
from app.workers.choosing import Room
from app.workers.clock_watch import ClockWatch
from app.workers.desk import Desk
from app.workers.execution import execute
from app.workers.signals import LiveRun, LiveRuns
from app.workers.work_order import WorkOrder

THREADS = 16
THREADS_FOR_CHAT = 4
IDLE_S = 30.0
LONGEST_S = 120.0
LISTEN_S = 1.0
LISTEN_BRIEFLY_S = 0.05
LOOK_EVERY_S = 5.0
# Looking among many runs costs as much for one free thread as for several.
CLAIM_TOGETHER = 4
GATHER_S = 0.02
STORAGE_PAUSE_S = 1.0
GRACE_S = 3.5  # with LISTEN_S before and after it less than what the supervisor waits (6 s)

log = logging.getLogger(__name__)


class Drain:
    """The runs of one worker process; `answer` is called for each ring, by one thread."""

    def __init__(self, desk: Desk, live: LiveRuns) -> None:
        self._desk = desk
        self._live = live
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="run")
        self._ended: SimpleQueue[None] = SimpleQueue()
        self._looked = 0.0
        self._is_more_waiting = False
        self._clock = ClockWatch(doubt_s=claims.LEASE.total_seconds())

    def answer(self) -> None:
        """Work until nothing has come for IDLE_S, or for LONGEST_S, or until this process stops."""
        began = last_busy = time.monotonic()
        must_look = True
        while not self._live.is_leaving and time.monotonic() - began < LONGEST_S:
            if must_look or time.monotonic() - self._looked >= LOOK_EVERY_S:
                self._take(is_likely=must_look)
            if self._live.all():
                last_busy = time.monotonic()
            elif time.monotonic() - last_busy >= IDLE_S:
                break
            must_look = self._wait()
        if not self._live.is_leaving:
            # A ring may have come after the last look, and live runs need the next drain.
            self._take()
            if self._live.all():
                self._desk.bell.ring()

    def leave(self) -> None:
        """Let steps that are under way end for GRACE_S, then give every run back."""
        self._live.is_leaving = True
        for lane in set(self._live.given_back):
            # This process may have taken the first ring for them itself.
            self._desk.bell.ring(lane)
        until = time.monotonic() + GRACE_S
        while self._live.all() and time.monotonic() < until:
            self._wait_for_end(until - time.monotonic())
        self._live.is_leaving_now = True
        until = time.monotonic() + LISTEN_S
        while self._live.all() and time.monotonic() < until:
            self._wait_for_end(until - time.monotonic())
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _take(self, *, is_likely: bool = False) -> None:
        """Claim what fits and start it; `is_likely` after a ring: there is a run, probably."""
        self._looked = time.monotonic()
        self._is_more_waiting = False
        room = self._room()
        if not room.chat:
            self._is_more_waiting = True
            return
        try:
            orders = self._claim(room, is_likely=is_likely)
        except SQLAlchemyError as error:
            log.warning("runs cannot be claimed: %s", error)
            self._wait_for_end(STORAGE_PAUSE_S)
            return
        for order, live in orders:
            self._threads.submit(self._work, order, live)
        if orders and self._is_more_waiting:
            self._desk.bell.ring()  # one ring stands for many runs: let another worker hear it too

    def _claim(self, room: Room, *, is_likely: bool = False) -> list[tuple[WorkOrder, LiveRun]]:
        trusts = self._clock.is_steady()
        with self._desk.sessions() as session:
            if not is_likely and not claims.any_free(session, trusts_leases=trusts):
                return []
            with self._desk.turn_to_write, database.writing(session):
                taken, self._is_more_waiting = claims.take(
                    session, owner=self._desk.owner, room=room, trusts_leases=trusts
                )
            orders = work_order.load(session, self._desk, taken)
        return [(order, self._live.add(order.claim)) for order in orders]

    def _work(self, order: WorkOrder, live: LiveRun) -> None:
        try:
            execute(self._desk, order, live)
        except Exception:
            # The lease runs out and another claim tries again; after three the run is failed.
            log.exception("run %s was dropped", order.claim.run_id)
        finally:
            self._live.remove(live)
            self._ended.put(None)
            if order.is_limited:
                # Some other run may have waited for this one to end.
                self._desk.bell.ring(order.claim.lane)

    def _wait(self) -> bool:
        """Wait for a reason to look for runs: a ring, or a free thread while more runs wait."""
        room = self._room()
        if not self._is_more_waiting:
            return self._wait_for_ring(LANES, LISTEN_S)
        if room.other:
            if room.other < CLAIM_TOGETHER:
                self._wait_for_end(GATHER_S)
            return True
        if room.chat:
            return self._wait_for_ring(LANES[:1], LISTEN_BRIEFLY_S) or self._has_ended()
        return self._wait_for_end(LISTEN_S)

    def _wait_for_ring(self, lanes: Sequence[str], timeout_s: float) -> bool:
        try:
            return self._desk.bell.wait(lanes, timeout_s)
        except (RedisError, OSError):
            # Without a bell the database is asked each second instead.
            self._wait_for_end(LISTEN_S)
            return True

    def _wait_for_end(self, timeout_s: float) -> bool:
        """Wait until a run has ended here; False when none has within `timeout_s`."""
        try:
            self._ended.get(timeout=max(0.0, timeout_s))
        except Empty:
            return False
        return self._has_ended() or True

    def _has_ended(self) -> bool:
        """Whether runs have ended since the last question."""
        has_ended = False
        with contextlib.suppress(Empty):
            while True:
                self._ended.get_nowait()
                has_ended = True
        return has_ended

    def _room(self) -> Room:
        live = self._live.all()
        others = sum(1 for run in live if run.claim.lane is not Lane.CHAT)
        free = THREADS - len(live)
        return Room(chat=free, other=max(0, min(free, THREADS - THREADS_FOR_CHAT - others)))
