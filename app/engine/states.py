"""The closed sets of words that a run and its steps can be in."""

from enum import StrEnum


class RunStatus(StrEnum):
    """Where a whole run stands."""

    PENDING = "pending"
    RUNNING = "running"
    WAITING = "waiting"
    SUCCESS = "success"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def is_final(self) -> bool:
        """Whether a run with this status can never change again."""
        return self in _FINAL_RUN


class StepStatus(StrEnum):
    """Where one step of a run stands.

    ``skipped``: the run took another way. ``cancelled``: the run ended before this step did.
    """

    PENDING = "pending"
    RUNNING = "running"
    WAITING = "waiting"
    SUCCESS = "success"
    FAILED = "failed"
    SKIPPED = "skipped"
    CANCELLED = "cancelled"

    @property
    def is_final(self) -> bool:
        """Whether a step with this status is done with, for good or ill."""
        return self in _FINAL_STEP


class RunMode(StrEnum):
    """``rehearsal`` refuses writes, ``replay`` repeats an earlier run's input."""

    LIVE = "live"
    REHEARSAL = "rehearsal"
    REPLAY = "replay"


class TriggerType(StrEnum):
    """What set a run off."""

    MANUAL = "manual"
    SCHEDULE = "schedule"
    WEBHOOK = "webhook"
    FORM = "form"
    EMAIL = "email"
    CHAT = "chat"
    AGENT = "agent"
    API = "api"
    OTHER = "other"


class Reason(StrEnum):
    """Why a run waits or failed, where the status alone does not say it."""

    APPROVAL = "approval"
    FORM = "form"
    DELAY = "delay"
    REPLY = "reply"
    NEEDS_YOU = "needs_you"
    BUDGET = "budget"
    TIME_LIMIT = "time_limit"
    POISON = "poison"
    AGENT = "agent"


class Effect(StrEnum):
    """What a step does to the world outside: nothing, looks at it, changes it."""

    NONE = "none"
    READ = "read"
    WRITE = "write"


class OnError(StrEnum):
    """What a run does when a step fails after its last try."""

    STOP = "stop"
    CONTINUE = "continue"
    ERROR_PORT = "error_port"


_FINAL_RUN = frozenset({RunStatus.SUCCESS, RunStatus.FAILED, RunStatus.CANCELLED})
_FINAL_STEP = frozenset(
    {StepStatus.SUCCESS, StepStatus.FAILED, StepStatus.SKIPPED, StepStatus.CANCELLED}
)
