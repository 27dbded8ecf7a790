"""The door to a place where a person's own code can do no harm."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from app.engine.values import Json


@dataclass(frozen=True, slots=True)
class SandboxResult:
    """What a piece of code gave, and what it printed (cut at the limit)."""

    value: Json
    printed: str = ""


class SandboxPort(Protocol):
    """Runs code with no files, no network and hard limits."""

    def run(
        self, code: str, inputs: Mapping[str, Json], *, time_s: float, memory_bytes: int
    ) -> SandboxResult:
        """The value of the last expression; raises StepFailed with line and sentence."""
