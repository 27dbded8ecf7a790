"""The step a run begins at when another agent has failed."""

from collections.abc import Mapping
from typing import ClassVar

from app.engine.fields import Field, Pick
from app.engine.states import TriggerType
from app.engine.step_type import Action, Output, StartType
from app.engine.values import Given, Json
from app.engine.words import said, short, strong

_BY_HAND: Mapping[str, Json] = {
    "agent": None,
    "run": None,
    "sentence": "",
    "link": None,
    "input": {},
    "failed_at": None,
}


class StartFailure(StartType):
    """Begins a run when a run of another agent has failed, to tell somebody or to clean up.

    Choose one agent, or leave the choice empty to watch every other agent of the workspace. Only
    published versions count, not rehearsals and tries. What fails because of such a run starts
    nothing again, so two agents can never keep each other going.
    """

    type: ClassVar[str] = "start_failure"
    title: ClassVar[str] = "Another agent failed"
    icon: ClassVar[str] = "triangle-alert"
    trigger: ClassVar[TriggerType] = TriggerType.OTHER
    fields: ClassVar[Mapping[str, Field]] = {
        "agent": Pick(label="Which agent", of="agents", hint="Empty stands for every other agent."),
    }
    outputs: ClassVar[Mapping[str, str] | None] = {
        "agent": "the name of the agent that failed",
        "run": "the number of its run",
        "sentence": "why it failed, in one sentence",
        "link": "the address of that run's page",
        "input": "what that run began with; secrets are masked",
        "failed_at": "when it failed",
    }

    def begin(self, given: Given, payload: Json) -> Output:
        """What is known of the failure; a person who starts it by hand says nothing."""
        came = payload if isinstance(payload, dict) else {}
        return Output({name: came.get(name, empty) for name, empty in _BY_HAND.items()})

    def tell(self, given: Given, output: Given) -> str:
        """Who failed, and why."""
        if not output.get("run"):
            return "Started by hand, with no failure"
        return said("Heard that ", strong(output["agent"]), f" failed: {short(output['sentence'])}")

    def actions(self, given: Given, output: Given) -> tuple[Action, ...]:
        """Nothing here can fail; another try is all there is."""
        return (Action("run_again", "Run again", primary=True),)
