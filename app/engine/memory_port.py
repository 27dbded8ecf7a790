"""The door to what a step keeps while it works, so that an interruption costs nothing it did."""

from typing import Protocol

from app.engine.values import Json


class MemoryPort(Protocol):
    """One value of one step in one run, sealed, and gone with the run."""

    def recall(self) -> Json:
        """What was kept last, also before a pause, another try or another worker; None for nothing.

        The caller may change what it gets.
        """

    def keep(self, value: Json, *, shown: Json) -> None:
        """Keep the value; it is on disk before this returns.

        `shown` is what people see of the step until it has an output. Raises Cancelled when the
        run was cancelled or belongs to another worker.
        """
