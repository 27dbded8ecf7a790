"""The step that ends a run on purpose, with a sentence for whoever started it."""

from collections.abc import Mapping
from typing import ClassVar

from app.engine.errors import StepFailed
from app.engine.fields import Field, LongText
from app.engine.ports import Port, Ports
from app.engine.step_type import Action, Output, StepType
from app.engine.values import Given, Json


class StopWithError(StepType):
    """Ends the run as failed, with your own sentence.

    Use it where going on would do harm: an order without a number, an amount over the limit. Say
    what is wrong and what the person can do, for instance “The order number is missing. Look on
    the delivery note and start again.”
    """

    type: ClassVar[str] = "stop_with_error"
    title: ClassVar[str] = "Stop with error"
    group: ClassVar[str] = "Logic"
    icon: ClassVar[str] = "octagon-x"
    fields: ClassVar[Mapping[str, Field]] = {
        "sentence": LongText(
            label="What is wrong",
            hint="The person who started the run reads this.",
            required=True,
            max_chars=2_000,
        ),
    }
    outputs: ClassVar[Mapping[str, str] | None] = {}

    def run(self, given: Given, ports: Ports) -> Output:
        """Fail with the sentence."""
        raise StepFailed(given["sentence"].strip()[:2_000], can_retry=False)

    def ports_out(self, fields: Mapping[str, Json]) -> tuple[Port, ...]:
        """Nothing comes after it."""
        return ()

    def actions(self, given: Given, output: Given) -> tuple[Action, ...]:
        """The flow stopped as it was meant to: the input is what to change."""
        return (
            Action("fix_input", "Change what you entered", "Then run again.", primary=True),
            Action("edit_step", "Change when the flow stops"),
        )
