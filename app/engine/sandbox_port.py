"""The door to a place where a person's own code can do no harm."""

from collections.abc import Mapping
from typing import Protocol

from app.engine.values import Json
from app.lib.sandbox import CodeFailed, SandboxResult

__all__ = ["CodeFailed", "SandboxPort", "SandboxResult"]


class SandboxPort(Protocol):
    """Runs code with no files, no network and hard limits."""

    def run(
        self,
        code: str,
        inputs: Mapping[str, Json],
        *,
        time_s: float,
        memory_bytes: int,
        timezone: str = "UTC",
    ) -> SandboxResult:
        """The value of the last line; raises CodeFailed with line and sentence."""
