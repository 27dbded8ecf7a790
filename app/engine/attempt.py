"""One try of one step: what it was given, its doors, and what came of it."""

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from time import monotonic
from typing import TYPE_CHECKING, TypeAlias
from zoneinfo import ZoneInfo

from app.engine.errors import StepFailed
from app.engine.plan import PlannedStep
from app.engine.ports import Ports
from app.engine.record import Cancelled, LogLevel
from app.engine.spent import CountedModels, Spent
from app.engine.states import Effect, RunMode
from app.engine.step_type import Output, Pause, Reply
from app.engine.values import Json
from app.lib.safe_http import HttpAnswer, HttpCall, HttpRefused

if TYPE_CHECKING:
    from app.engine.scope import Scope

log = logging.getLogger("lamplight.engine")

Result: TypeAlias = Output | Pause | StepFailed | Cancelled


class Attempt:
    """One try of one step. Only `perform` may run on another thread.

    `answered` is the pause it comes back from, with what it heard.
    """

    __slots__ = (
        "abandoned",
        "answered",
        "began_s",
        "effect",
        "given",
        "lines",
        "number",
        "place",
        "planned",
        "rehearsed",
        "scope",
        "spent",
        "started_at",
    )

    def __init__(
        self,
        scope: "Scope",
        place: int,
        planned: PlannedStep,
        *,
        number: int,
        started_at: datetime,
        given: dict[str, Json] | None = None,
        effect: Effect = Effect.NONE,
        spent: Spent | None = None,
    ) -> None:
        self.scope = scope
        self.place = place
        self.planned = planned
        self.number = number
        self.started_at = started_at
        self.given = given
        self.effect = effect
        self.spent = spent or Spent()
        self.rehearsed = False
        self.abandoned = False
        self.began_s: float | None = None
        self.lines: list[tuple[LogLevel, str]] = []
        self.answered: tuple[Pause, Reply] | None = None

    @property
    def is_write(self) -> bool:
        """Whether it changes something outside, in earnest."""
        return self.effect is Effect.WRITE and not self.rehearsed

    @property
    def late_s(self) -> float | None:
        """The moment, on the monotonic clock, when its time is up; None without a limit.

        Waiting for a free thread does not count.
        """
        limit = self.planned.step.timeout_s
        return None if limit is None or self.began_s is None else self.began_s + limit

    def again(self, number: int, started_at: datetime) -> "Attempt":
        """The next try of the same step, in the same scope."""
        return Attempt(
            self.scope,
            self.place,
            self.planned,
            number=number,
            started_at=started_at,
            spent=self.spent,
        )

    def perform(self, ports: Ports) -> Result:
        """Run the step; whatever goes wrong comes back as a value."""
        self.began_s = monotonic()
        step_type, given = self.planned.type, self.given or {}
        if self.answered is not None:
            pause, reply = self.answered
            return kept(lambda: step_type.resume(given, pause, reply, ports))
        return kept(lambda: step_type.run(given, ports))

    def doors(self, made: Ports, *, key: str, mode: RunMode, timezone: ZoneInfo) -> Ports:
        """The ports for this try, with those that the engine answers for filled in."""
        return replace(
            made,
            log=lambda level, text: self.lines.append((level, text)),
            cancelled=lambda: self.abandoned or made.cancelled(),
            idempotency_key=key,
            mode=mode,
            timezone=timezone,
            http=_NO_HTTP if self.planned.type.effect is Effect.NONE else made.http,
            models=CountedModels(made.models, self.spent),
        )


def kept(work: Callable[[], Output | Pause]) -> Result:
    """What `work` gives, or the failure it met; a fault of our own goes to the log in full."""
    try:
        return work()
    except (StepFailed, Cancelled) as known:
        return known
    except Exception as fault:
        log.exception("A step met a fault")
        return StepFailed(
            f"Lamplight met a fault of its own in this step ({type(fault).__name__}). "
            "The details are in the server's log."
        )


class _NoHttp:
    """The door of steps that declare no effect."""

    def send(self, call: HttpCall, connection_id: str | None) -> HttpAnswer:
        """Never."""
        raise HttpRefused("This step declares no effect, so it may not reach another host.")


_NO_HTTP = _NoHttp()


def closed_ports(clock: Callable[[], datetime], mode: RunMode, timezone: ZoneInfo) -> Ports:
    """Ports for steps without effect: a clock and nothing else."""
    return Ports(http=_NO_HTTP, clock=clock, mode=mode, timezone=timezone)
