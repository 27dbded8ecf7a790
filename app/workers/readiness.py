"""Makes a worker ready for its first question to a model while it has nothing else to do."""

import importlib
import logging
import os
import sys
import threading
import time
from collections.abc import Callable
from types import TracebackType

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from app.language_models.models import ModelProvider
from app.workers.signals import LiveRuns

LOOKS_S = 5.0
BUSY_AT_MOST_S = 60.0
LOWER_PRIORITY = 15

log = logging.getLogger(__name__)


def providers_in_use(session: Session) -> frozenset[str]:
    """The kinds of providers that any workspace of this installation has."""
    return frozenset(session.scalars(select(ModelProvider.kind).distinct()))


def load(providers: frozenset[str]) -> None:
    """Import what speaks to them. Named by a text: nothing else in here may load it."""
    importlib.import_module("app.llm.wire.loading").load(providers)


class Readiness:
    """Looks now and then which providers there are, and loads what they need, once for each.

    Nothing is loaded while only the practice model is in use. A worker that is never idle gets
    ready all the same, after BUSY_AT_MOST_S.
    """

    def __init__(
        self,
        sessions: Callable[[], Session],
        live: LiveRuns,
        *,
        loads: Callable[[frozenset[str]], None] = load,
        looks_s: float = LOOKS_S,
    ) -> None:
        self._sessions = sessions
        self._live = live
        self._loads = loads
        self._looks_s = looks_s
        self._ready: frozenset[str] = frozenset()
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._stay_ready, name="readiness", daemon=True)

    def __enter__(self) -> "Readiness":
        self._thread.start()
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self._done.set()
        # Not joined: an import that is under way does not keep a worker from leaving.

    def _stay_ready(self) -> None:
        _give_way()
        while not self._done.wait(self._looks_s):
            try:
                self._look()
            except (SQLAlchemyError, ImportError):
                log.warning("could not get ready for models", exc_info=True)

    def _look(self) -> None:
        with self._sessions() as session:
            missing = providers_in_use(session) - self._ready
        if missing and self._is_quiet():
            self._loads(missing)
            self._ready |= missing

    def _is_quiet(self) -> bool:
        """Wait until no run is worked on, for a while; False when the worker leaves."""
        until = time.monotonic() + BUSY_AT_MOST_S
        while self._live.all() and time.monotonic() < until:
            if self._done.wait(self._looks_s / 10):
                return False
        return not self._done.is_set()


def _give_way() -> None:
    """Whatever else this computer has to do comes first; only Linux knows threads by number."""
    if sys.platform.startswith("linux"):
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), LOWER_PRIORITY)
