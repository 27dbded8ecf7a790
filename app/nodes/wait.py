"""The step that lets time pass."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import ClassVar
from zoneinfo import ZoneInfo

from app.engine.errors import StepFailed
from app.engine.fields import Choice, Field, Number, Text
from app.engine.ports import Ports
from app.engine.states import Reason, RunMode
from app.engine.step_type import Output, Pause, Reply, StepType
from app.engine.values import Given
from app.engine.words import said, short, strong

LONGEST = timedelta(days=366)
_SECONDS = {"seconds": 1, "minutes": 60, "hours": 3_600, "days": 86_400}


class Wait(StepType):
    """Waits for some time, or until a moment, and then goes on.

    A waiting run holds nothing up and survives restarts. A moment without a time zone is read in
    the time zone of the workspace; a date alone means its beginning. A moment that has passed is
    not waited for. A rehearsal does not wait.
    """

    type: ClassVar[str] = "wait"
    title: ClassVar[str] = "Wait"
    group: ClassVar[str] = "Logic"
    icon: ClassVar[str] = "clock"
    fields: ClassVar[Mapping[str, Field]] = {
        "how": Choice(
            label="Wait", options=(("for", "For some time"), ("until", "Until a moment"))
        ),
        "amount": Number(
            label="How long", default=1, minimum=0, only_if=("how", frozenset({"for"}))
        ),
        "unit": Choice(
            label="Unit",
            options=(
                ("minutes", "minutes"),
                ("seconds", "seconds"),
                ("hours", "hours"),
                ("days", "days"),
            ),
            only_if=("how", frozenset({"for"})),
        ),
        "until": Text(
            label="Until",
            required=True,
            placeholder="2026-12-24 08:30",
            hint="A date, or a date and time.",
            only_if=("how", frozenset({"until"})),
        ),
    }
    outputs: ClassVar[Mapping[str, str] | None] = {
        "until": "the moment it went on",
        "waited_s": "how many seconds it waited",
    }

    def run(self, given: Given, ports: Ports) -> Output | Pause:
        """Pause until the moment has come."""
        now = ports.clock()
        due = _due(given, now, ports.timezone)
        if due - now > LONGEST:
            raise StepFailed(
                f"{_local(due, ports.timezone)} is more than a year away. A run waits for "
                f"{LONGEST.days} days at most.",
                can_retry=False,
            )
        if due <= now or ports.mode is RunMode.REHEARSAL:
            return Output({"until": due.astimezone(ports.timezone).isoformat(), "waited_s": 0})
        return Pause(Reason.DELAY, due, {"since": now.isoformat(), "until": due.isoformat()})

    def resume(self, given: Given, pause: Pause, reply: Reply, ports: Ports) -> Output:
        """The moment has come."""
        detail = pause.detail if isinstance(pause.detail, dict) else {}
        now = ports.clock()
        since = datetime.fromisoformat(str(detail["since"]))
        local = now.astimezone(ports.timezone).isoformat(timespec="seconds")
        return Output({"until": local, "waited_s": round((now - since).total_seconds(), 1)})

    def tell(self, given: Given, output: Given) -> str:
        """How long."""
        waited_s = output["waited_s"]
        if not waited_s:
            return said("Did not have to wait")
        return said("Waited ", strong(_spoken(waited_s)))

    def doing(self, given: Given) -> str:
        """For what."""
        if given["how"] == "until":
            return f"waiting until {short(given['until'])}"
        return f"waiting {given['amount']:g} {given['unit']}"


def _due(given: Given, now: datetime, zone: ZoneInfo) -> datetime:
    if given["how"] == "for":
        seconds = given["amount"] * _SECONDS[given["unit"]]
        return now + timedelta(seconds=min(seconds, LONGEST.total_seconds() * 2))
    try:
        moment = datetime.fromisoformat(given["until"].strip())
    except ValueError:
        raise StepFailed(
            f"“{short(given['until'])}” is no moment. Write it like 2026-12-24 08:30.",
            can_retry=False,
        ) from None
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=zone)


def _local(moment: datetime, zone: ZoneInfo) -> str:
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M}"


def _spoken(seconds: float) -> str:
    for unit, size in (("days", 86_400), ("hours", 3_600), ("minutes", 60)):
        if seconds >= 2 * size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds:.3g} seconds"
