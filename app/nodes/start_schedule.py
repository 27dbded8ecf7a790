"""The step a run begins at when its time has come."""

from collections.abc import Mapping
from typing import ClassVar

from app.engine.field_schedule import Schedule
from app.engine.fields import Choice, Field
from app.engine.states import TriggerType
from app.engine.step_type import Action, Output, StartType
from app.engine.values import Given, Json
from app.engine.words import said, strong
from app.lib import recurrence

WHEN_BUSY = Choice(
    label="While a run of this agent is still going",
    options=(("queue", "Start one more"), ("skip", "Skip this one")),
)


class StartSchedule(StartType):
    """Begins a run at set times: every weekday at 8:30, every 15 minutes, once a month.

    Build the schedule from plain words, or write a cron expression. It goes by the clock of its
    time zone, also when that clock is changed: a time that is jumped over comes right after the
    jump, one that comes twice counts once. If Lamplight was not running at a due time, the run
    is made up for once, however many times were missed. `{{ trigger.previous_due }}` is where the
    run before left off, for flows that look at "everything since then".
    """

    type: ClassVar[str] = "start_schedule"
    title: ClassVar[str] = "Schedule"
    icon: ClassVar[str] = "clock"
    trigger: ClassVar[TriggerType] = TriggerType.SCHEDULE
    fields: ClassVar[Mapping[str, Field]] = {
        "schedule": Schedule(label="When", required=True),
        "when_busy": WHEN_BUSY,
    }
    outputs: ClassVar[Mapping[str, str] | None] = {
        "due": "when it was due, with its time zone; empty when a person started it",
        "previous_due": "when it was due before that; empty the first time",
        "missed": "how many times were missed just before, while Lamplight was not running",
    }

    def begin(self, given: Given, payload: Json) -> Output:
        """What the timekeeper says; a person who starts it by hand says nothing."""
        came = payload if isinstance(payload, dict) else {}
        return Output(
            {
                "due": came.get("due"),
                "previous_due": came.get("previous_due"),
                "missed": came.get("missed", 0),
            }
        )

    def tell(self, given: Given, output: Given) -> str:
        """The schedule in its words."""
        if not output.get("due"):
            return "Started by hand, not at its time"
        return said("Its time came: ", strong(recurrence.words(given.get("schedule"))))

    def does(self, fields: Mapping[str, Json]) -> str:
        """When."""
        words = recurrence.words(fields.get("schedule"))
        return f"begins a run {words[:1].lower()}{words[1:]}"

    def actions(self, given: Given, output: Given) -> tuple[Action, ...]:
        """Nothing in a schedule can fail; another try is all there is."""
        return (Action("run_again", "Run again", primary=True),)
