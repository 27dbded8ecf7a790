"""What happens to one worker of a test: a power cut at an exact moment of an exact run."""

import os
import signal
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from app.workers.recorder import RunRecorder

# The recorder hears of everything that a run does: what is stored, and what is about to be done.
_HEARS = ("started", "ended", "paused", "wait", "end")


@dataclass(frozen=True)
class Fate:
    """The worker is killed at the `moment`th moment, from 1 on, of the first claim of `run`."""

    run: str = ""
    moment: int = 0

    def as_words(self) -> dict[str, object]:
        """For the process that forks workers."""
        return asdict(self)

    def befall(self) -> None:
        """Let it happen to this process."""
        if not self.run:
            return
        left = [self.moment]

        def pass_moment(recorder: Any) -> None:
            claim = recorder._claim
            if str(claim.run_id) == self.run and claim.number == 1:
                left[0] -= 1
                if not left[0]:
                    os.kill(os.getpid(), signal.SIGKILL)

        for name in _HEARS:
            heard = getattr(RunRecorder, name)
            # From the end of a step to the beginning of the next one nothing happens.
            is_last = name == "ended"
            setattr(RunRecorder, name, _between(heard, pass_moment, is_last=is_last))


def _between(
    heard: Callable[..., None], pass_moment: Callable[[Any], None], *, is_last: bool
) -> Callable[..., None]:
    """One moment before, and one after unless the next one is the same."""

    def hear(recorder: Any, *given: Any, **options: Any) -> None:
        pass_moment(recorder)
        heard(recorder, *given, **options)
        if not is_last:
            pass_moment(recorder)

    return hear
