"""What a run has used of language models since it was last stored."""

from collections.abc import Mapping

from app.engine.record import StepRecord

Place = tuple[str, str]
Used = tuple[int, int, int]
_NOTHING: Used = (0, 0, 0)
_NAMES = ("more_tokens", "more_cost", "more_unpriced")


class Spending:
    """Adds up what steps report. `earlier` are their records from before this claim.

    A record counts everything that its step ever used, so only what is new goes to the run; what
    was kept from another run counts there.
    """

    def __init__(self, earlier: Mapping[Place, StepRecord]) -> None:
        self._known = {key: _used(one) for key, one in earlier.items() if one.tokens}
        self._more = _NOTHING

    def note(self, record: StepRecord) -> None:
        """Count what a record reports for the first time."""
        if not record.tokens:
            return
        key, now = (record.step_id, record.iteration), _used(record)
        known, more = self._known.get(key, _NOTHING), self._more
        self._more = (
            more[0] + now[0] - known[0],
            more[1] + now[1] - known[1],
            more[2] + now[2] - known[2],
        )
        self._known[key] = now

    @property
    def more(self) -> dict[str, int]:
        """What the run's row has to grow by; empty for nothing."""
        return dict(zip(_NAMES, self._more, strict=True)) if self._more[0] else {}

    def stored(self) -> None:
        """It has been written."""
        self._more = _NOTHING


def _used(record: StepRecord) -> Used:
    return record.tokens, record.cost, record.unpriced
