"""What happens to a delivery that is in order: caught as a sample, or kept and run."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.engine.values import Json
from app.runs.models import Run
from app.triggers import deliveries, samples
from app.triggers.called import AnyTrigger
from app.triggers.hook_files import files_in
from app.vault.keys import Keyring


@dataclass(frozen=True, slots=True)
class Intake:
    """What came of a delivery. With neither a run nor `is_caught` the agent was busy."""

    run: Run | None = None
    is_repeat: bool = False
    is_caught: bool = False


def take_in(
    session: Session,
    keyring: Keyring,
    trigger: AnyTrigger,
    *,
    payload: dict[str, Json],
    size: int,
    is_caught: bool,
    has_files: bool,
) -> Intake:
    """Take a delivery; call inside `writing()`, ring after it. Raises NotOn.

    `is_caught`: somebody was waiting for a sample a moment ago; the first delivery is theirs.
    `has_files`: its body names files that were stored for it.
    """
    if is_caught and samples.catch(session, keyring, trigger, payload):
        return Intake(is_caught=True)
    files = tuple(files_in(payload["body"])) if has_files else ()
    taken = deliveries.take(session, keyring, trigger, payload=payload, size=size, files=files)
    return Intake(taken.run, taken.is_repeat)
