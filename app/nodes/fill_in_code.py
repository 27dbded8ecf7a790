"""The step of Lamplight's own agent that writes formulas and code into a proposed flow."""

from collections.abc import Mapping
from typing import ClassVar

from app.engine.field_model import ModelPick
from app.engine.fields import Field, Text
from app.engine.ports import Ports
from app.engine.states import Effect
from app.engine.step_type import Output, StepType
from app.engine.values import Given, Json
from app.engine.words import said, strong
from app.nodes.compose_flow import GOOD, OUTPUTS, as_values


class FillInCode(StepType):
    """Writes the formulas and the code that a proposed flow only has in words, and shows it.

    The proposal stands in the chat afterwards, as a card. It works only inside the agents that
    come with Lamplight.
    """

    type: ClassVar[str] = "fill_in_code"
    title: ClassVar[str] = "Fill in formulas and code"
    group: ClassVar[str] = "AI"
    icon: ClassVar[str] = "code"
    effect: ClassVar[Effect] = Effect.READ
    costly: ClassVar[bool] = True
    only_built_in: ClassVar[bool] = True
    fields: ClassVar[Mapping[str, Field]] = {
        "model": ModelPick(default=GOOD),
        "workflow": Text(label="Proposal", required=True, hint="The number of the proposal."),
    }
    outputs: ClassVar[Mapping[str, str] | None] = OUTPUTS

    def run(self, given: Given, ports: Ports) -> Output:
        """Fill in; raises StepFailed for a proposal that is not of this chat."""
        done = ports.build.complete(
            str(given["workflow"]), ports.models, str(given["model"]), sandbox=ports.sandbox
        )
        return Output(as_values(done))

    def does(self, fields: Mapping[str, Json]) -> str:
        """What it writes."""
        return "writes the formulas and the code of the proposed flow"

    def doing(self, given: Given) -> str:
        """Writing."""
        return "filling in formulas and code"

    def tell(self, given: Given, output: Given) -> str:
        """Which flow is ready."""
        return said("Made ", strong(output["name"]), " ready to look at")
