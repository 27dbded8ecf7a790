"""One clock for a whole call, so that an answer sent byte by byte cannot outstay its limit."""

from time import monotonic

from app.lib.safe_http.messages import HttpFailed


class Deadline:
    """Counts down from the moment it is made; shared by every hop of one call."""

    def __init__(self, timeout_s: float) -> None:
        self._timeout_s = timeout_s
        self._started = monotonic()

    @property
    def elapsed_s(self) -> float:
        """Seconds since the call began."""
        return monotonic() - self._started

    def left_s(self, host: str) -> float:
        """Seconds that remain, always above zero; raises HttpFailed when none do."""
        left = self._timeout_s - self.elapsed_s
        if left <= 0:
            raise self.passed(host)
        return left

    def passed(self, host: str) -> HttpFailed:
        """The failure to raise when `host` used up the time."""
        return HttpFailed(
            f"{host} did not answer completely within {self._timeout_s:g} seconds. "
            "Try again later, or give the step more time."
        )
