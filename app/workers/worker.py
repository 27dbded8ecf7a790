"""A worker process: answers the doorbell, and works from the database alone while there is none."""

import contextlib
import gc
import logging
import os
import signal
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from types import FrameType

from redis.exceptions import RedisError

from app import database
from app.files.store import FileStore
from app.lib.safe_http import Door
from app.lib.sandbox import Sandbox
from app.llm.providers import PROVIDERS
from app.queue import Answerer, Bell, LiveKeys, new_name
from app.runs.run_answers import RunAnswers
from app.settings import Settings
from app.vault.keys import Keyring
from app.workers import readiness
from app.workers.desk import Desk
from app.workers.drain import Drain
from app.workers.model_door import Lines
from app.workers.pulse import Pulse
from app.workers.signals import LiveRuns
from app.workers.timekeeper import Task, Timekeeper

GC_AFTER = 20_000  # new objects; the default of 700 looks for circles several times in each run
STEP_THREADS = 48  # steps that wait for services; three for each run that fits

log = logging.getLogger(__name__)


def preload(settings: Settings) -> None:
    """Nothing is left to import: call this once, then fork workers that share the memory."""
    import app.engine.runner
    import app.nodes.catalogue  # noqa: F401

    if settings.models_ready == "start":
        readiness.load(frozenset(PROVIDERS))


def main(settings: Settings, *, index: int, timetable: Sequence[Task]) -> int:
    """Work until SIGTERM or SIGINT; returns the exit status.

    `index` counts the workers of this machine from 0; the first one keeps the timetable.
    """
    gc.set_threshold(GC_AFTER)
    worker = _Worker(settings)
    worker.listen_to_signals()
    with contextlib.ExitStack() as stack:
        stack.enter_context(Pulse(worker.desk, worker.live, also=worker.beat))
        if index == 0:
            lock = settings.data_dir / "run" / "timekeeper.lock"
            keeper = Timekeeper(worker.desk, timetable, engine=worker.engine, lock=lock)
            stack.enter_context(keeper)
        if settings.models_ready == "idle":
            stack.enter_context(readiness.Readiness(worker.desk.sessions, worker.live))
        worker.work()
        worker.drain.leave()
    worker.desk.sandbox.close()
    worker.engine.dispose()
    if worker.live.all():
        # Steps that ignore every limit would keep the process alive; their runs are given back.
        logging.shutdown()
        os._exit(0)
    return 0


class _Worker:
    """One process's desk, its drain, and whether it is to stop."""

    def __init__(self, settings: Settings) -> None:
        # Reads and writes take turns here, and with each change SQLite plans everything anew.
        self.engine = database.make_engine(settings.database_url, guards_reads=False)
        sessions = database.session_factory(self.engine)
        is_sqlite = self.engine.dialect.name == "sqlite"
        bell = Bell(settings.redis_url)
        keyring = Keyring.of(settings, sessions)
        self._lines = Lines(settings)
        self.desk = Desk(
            owner=new_name(),
            settings=settings,
            sessions=sessions,
            bell=bell,
            live_keys=LiveKeys(bell.redis),
            answers=RunAnswers(bell.redis, keyring),
            steps=ThreadPoolExecutor(STEP_THREADS, thread_name_prefix="step"),
            door=Door(private_hosts=settings.private_hosts),
            models=self._lines,
            files=FileStore(settings.data_dir / "files"),
            sandbox=Sandbox(),
            keyring=keyring,
            turn_to_write=threading.Lock() if is_sqlite else contextlib.nullcontext(),
        )
        self.live = LiveRuns()
        self.drain = Drain(self.desk, self.live)
        self._answerer: Answerer | None = None

    def listen_to_signals(self) -> None:
        """Stop on SIGTERM and SIGINT, also while RQ is not listening to them itself."""

        def stop(_signum: int, _frame: FrameType | None) -> None:
            self.stop()

        signal.signal(signal.SIGTERM, stop)
        signal.signal(signal.SIGINT, stop)

    def stop(self) -> None:
        """Take no more runs, and give back those of this moment at their next step."""
        self.live.is_leaving = True

    def beat(self) -> None:
        """Let RQ know that this process lives, and keys go that nobody uses any more."""
        self._lines.let_go()
        if self._answerer is not None:
            self._answerer.stay_known()

    def work(self) -> None:
        """Answer the bell until stopped, and look without it while it is broken."""
        while not self.live.is_leaving:
            try:
                self._answer_bell()
            except (RedisError, OSError) as error:
                log.warning("no doorbell, looking at the database instead: %s", error)
            self._answerer = None
            self.listen_to_signals()
            # RQ has left: we are to stop, or Valkey is away. Work without it for a while.
            self.drain.answer()

    def _answer_bell(self) -> None:
        # A new name each time: RQ takes one that it still remembers for a running worker.
        self._answerer = Answerer(
            self.desk.bell, name=new_name(), answer=self.drain.answer, stop=self.stop
        )
        self._answerer.work(logging_level="WARNING")
