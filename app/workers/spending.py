"""What a run has used of language models since it was last stored."""

from collections.abc import Mapping

from app.engine.record import StepRecord

Place = tuple[str, str]


class Spending:
    """Adds up what steps report. `earlier` are their records from before this claim.

    A record counts everything that its step ever used, so only what is new goes to the run; what
    was kept from another run counts there.
    """

    def __init__(self, earlier: Mapping[Place, StepRecord]) -> None:
        self._known = {key: (one.tokens, one.cost) for key, one in earlier.items() if one.tokens}
        self._tokens = 0
        self._cost = 0

    def note(self, record: StepRecord) -> None:
        """Count what a record reports for the first time."""
        if not record.tokens:
            return
        key = (record.step_id, record.iteration)
        tokens, cost = self._known.get(key, (0, 0))
        self._tokens += record.tokens - tokens
        self._cost += record.cost - cost
        self._known[key] = (record.tokens, record.cost)

    @property
    def more(self) -> dict[str, int]:
        """What the run's row has to grow by; empty for nothing."""
        if not self._tokens:
            return {}
        return {"more_tokens": self._tokens, "more_cost": self._cost}

    def stored(self) -> None:
        """It has been written."""
        self._tokens = self._cost = 0
