"""The few doors through which a step reaches the world; everything else is closed to it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from app.engine.agent_port import AgentPort
from app.engine.build_port import BuildPort
from app.engine.chat_port import ChatPort
from app.engine.errors import StepFailed
from app.engine.file_port import FilePort
from app.engine.mail_port import MailPort
from app.engine.memory_port import MemoryPort
from app.engine.model_port import ModelPort
from app.engine.record import LogLevel
from app.engine.sandbox_port import SandboxPort
from app.engine.server_port import ServerPort
from app.engine.states import RunMode
from app.engine.table_port import TablePort, VariablePort
from app.lib.safe_http import HttpAnswer, HttpCall


@dataclass(frozen=True, slots=True)
class Port:
    """One way out of a step; `id` is stable, `label` is what people read."""

    id: str
    label: str


OUT = Port("out", "Then")
ERROR = Port("error", "If it fails")


class HttpPort(Protocol):
    """The one way out to other hosts."""

    def send(self, call: HttpCall, connection_id: str | None) -> HttpAnswer:
        """Send, with the secrets of the connection added where its hosts allow it.

        Raises HttpRefused where a rule forbids it, HttpFailed where no usable answer came.
        """


class LogPort(Protocol):
    """One line for the run's log."""

    def __call__(self, level: LogLevel, text: str) -> None:
        """Write `text`; levels are info, warning and error."""


class _Shut:
    """A door that is not open to this step."""

    def __getattr__(self, name: str) -> Any:
        raise StepFailed("This step tried a door that is closed to it.", can_retry=False)


SHUT: Any = _Shut()
UTC = ZoneInfo("UTC")


@dataclass(frozen=True, slots=True)
class Ports:
    """What one try of one step may use.

    The runner itself fills in `log`, `cancelled`, `idempotency_key`, `mode` and `timezone`;
    whoever makes ports cares for the doors, and for what the agent tells models first. A step
    that declares no effect and is not slow gets a clock and nothing else.
    """

    http: HttpPort
    clock: Callable[[], datetime]
    log: LogPort = lambda level, text: None  # a port that says nothing
    cancelled: Callable[[], bool] = lambda: False
    idempotency_key: str = ""
    mode: RunMode = RunMode.LIVE
    timezone: ZoneInfo = UTC
    files: FilePort = SHUT
    sandbox: SandboxPort = SHUT
    tables: TablePort = SHUT
    variables: VariablePort = SHUT
    agents: AgentPort = SHUT
    mail: MailPort = SHUT
    chat: ChatPort = SHUT
    models: ModelPort = SHUT
    memory: MemoryPort = SHUT
    build: BuildPort = SHUT
    told_first: str = ""
    servers: ServerPort = SHUT
