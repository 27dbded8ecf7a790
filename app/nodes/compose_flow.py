"""The step of Lamplight's own agent that proposes a flow."""

from collections.abc import Mapping
from typing import ClassVar

from app.engine.build_port import Sketched
from app.engine.field_model import ModelPick
from app.engine.fields import Field
from app.engine.ports import Ports
from app.engine.states import Effect
from app.engine.step_type import Output, StepType
from app.engine.values import Given, Json
from app.engine.words import count, said, strong

GOOD = "good"
OUTPUTS: Mapping[str, str] = {
    "workflow": "the number of the proposal",
    "name": "what the agent is called",
    "steps": "how many steps its flow has",
    "says": "what is told with it",
    "missing": "what somebody has to fill in, as a list",
}


class ComposeFlow(StepType):
    """Draws the flow that a person described in a chat, as a proposal that nobody has to take.

    With the practice model it puts patterns together; with a real one it draws freely, and the
    check of flows looks at every drawing. It works only inside the agents that come with
    Lamplight.
    """

    type: ClassVar[str] = "compose_flow"
    title: ClassVar[str] = "Draw the flow"
    group: ClassVar[str] = "AI"
    icon: ClassVar[str] = "workflow"
    effect: ClassVar[Effect] = Effect.READ
    costly: ClassVar[bool] = True
    only_built_in: ClassVar[bool] = True
    fields: ClassVar[Mapping[str, Field]] = {"model": ModelPick(default=GOOD)}
    outputs: ClassVar[Mapping[str, str] | None] = OUTPUTS

    def run(self, given: Given, ports: Ports) -> Output:
        """Propose; raises StepFailed when no flow came of it."""
        made = ports.build.compose(ports.models, str(given["model"]), key=ports.idempotency_key)
        return Output(as_values(made))

    def does(self, fields: Mapping[str, Json]) -> str:
        """That it only proposes."""
        return "draws a flow as a proposal"

    def doing(self, given: Given) -> str:
        """Drawing."""
        return "drawing the flow"

    def tell(self, given: Given, output: Given) -> str:
        """Its name and size."""
        return said("Drew ", strong(output["name"]), f" with {count(output['steps'], 'step')}")


def as_values(one: Sketched) -> Json:
    """A proposal as later steps use it."""
    return {
        "workflow": one.workflow,
        "name": one.name,
        "steps": one.steps,
        "says": one.says,
        "missing": [*one.missing],
    }
