"""The step a run begins at when another agent calls this one."""

from collections.abc import Mapping
from typing import ClassVar

from app.engine.fields import Field, FormFields
from app.engine.states import TriggerType
from app.engine.values import Given
from app.nodes.start_form import StartForm


class StartAgent(StartForm):
    """Begins a run when another agent calls this one, with the values it gives.

    Say what the caller has to give: each question is one value, checked before anything else
    happens, so that a caller's slip fails there with a sentence and not in the middle of the work.
    Later steps use a value by its key, as `{{ trigger.amount }}`. The caller gets this agent's
    answer. A person can start it too, and is asked the same.
    """

    type: ClassVar[str] = "start_agent"
    title: ClassVar[str] = "Called by another agent"
    icon: ClassVar[str] = "bot"
    trigger: ClassVar[TriggerType] = TriggerType.AGENT
    fields: ClassVar[Mapping[str, Field]] = {
        "inputs": FormFields(
            label="Values it needs",
            hint="What the calling agent has to give. None is fine too.",
        ),
    }

    def tell(self, given: Given, output: Given) -> str:
        """Names the first value, as it tells runs apart best."""
        return super().tell(given, output).replace("Read the form", "Was called with")
