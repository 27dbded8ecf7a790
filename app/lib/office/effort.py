"""How much work one file may cause, and the one kind of failure that reading a file has."""

from collections.abc import Callable
from time import monotonic


class FileUnreadable(Exception):
    """A file cannot be read; `sentence` says which, why, and what to do."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class Effort:
    """Counts what is unpacked from one file, and the time; raises FileUnreadable at the limit.

    name: what people call the file. stop: asked now and then whether nobody waits any more.
    """

    MAX_UNPACKED_BYTES = 100_000_000
    MAX_S = 20.0

    def __init__(
        self, name: str, *, max_s: float = MAX_S, stop: Callable[[], bool] = lambda: False
    ) -> None:
        self.name = name
        self._max_s = max_s
        self._until = monotonic() + max_s
        self._stop = stop
        self._unpacked = 0

    def spend(self, count: int = 0) -> None:
        """Note that `count` more bytes were unpacked, and look at the clock."""
        self._unpacked += count
        if self._unpacked > self.MAX_UNPACKED_BYTES:
            raise FileUnreadable(
                f"“{self.name}” unpacks to more than {self.MAX_UNPACKED_BYTES // 1_000_000} MB, "
                "more than Lamplight reads; save the part you need as a file of its own."
            )
        if monotonic() > self._until:
            raise FileUnreadable(
                f"Reading “{self.name}” took longer than {self._max_s:g} seconds, so it was "
                "stopped; save the part you need as a file of its own."
            )
        if self._stop():
            raise FileUnreadable(f"Reading “{self.name}” was stopped with the run.")

    def broken(self, what: str = "a file of its kind") -> FileUnreadable:
        """The failure for a file that does not hold together."""
        return FileUnreadable(
            f"“{self.name}” is damaged or is not {what}; open it in the program it came from, "
            "save it again, and use the new file."
        )
