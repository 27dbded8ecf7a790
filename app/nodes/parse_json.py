"""The step that reads JSON text."""

from collections.abc import Mapping
from typing import ClassVar

from app.engine.errors import StepFailed
from app.engine.field_schema import Schema
from app.engine.fields import Field, Value
from app.engine.ports import Ports
from app.engine.shape import misfits
from app.engine.step_type import Output, StepType
from app.engine.values import Given
from app.engine.words import said, strong
from app.lib import json_guard

_FENCE = "```"


class ParseJson(StepType):
    """Reads JSON text into values.

    A value that is no text any more, such as the body of an HTTP answer that was JSON, passes as
    it is. Marks of three backticks around the text are left out. The text may have 2 MB and be 32
    levels deep.

    Say which names you expect, and what each holds, and later steps are offered them; the step
    fails with the place where the value is not like that. Names you do not mention may be there.
    """

    type: ClassVar[str] = "parse_json"
    title: ClassVar[str] = "Read JSON"
    group: ClassVar[str] = "Data"
    icon: ClassVar[str] = "file-braces"
    fields: ClassVar[Mapping[str, Field]] = {
        "text": Value(label="JSON text", required=True),
        "shape": Schema(
            label="Expected values",
            hint="Empty: anything goes. A name that is not needed may be left out or be null.",
        ),
    }
    outputs: ClassVar[Mapping[str, str] | None] = {"value": "what the text holds"}

    def run(self, given: Given, ports: Ports) -> Output:
        """The value in the text."""
        text = given["text"]
        try:
            value = json_guard.parse(_unfenced(text)) if isinstance(text, str) else text
        except json_guard.JsonRefused as refused:
            raise StepFailed(refused.sentence, can_retry=False) from None
        misfit = next(misfits(value, given["shape"]), None) if given["shape"] else None
        if misfit:
            raise StepFailed(f"The value is not as expected. {misfit}", can_retry=False)
        return Output({"value": value})

    def tell(self, given: Given, output: Given) -> str:
        """What was in it."""
        return said("Read JSON: ", strong(output["value"]))


def _unfenced(text: str) -> str:
    """The text between two lines of backticks, if it stands between such lines."""
    first, _, rest = text.strip().partition("\n")
    if not first.startswith(_FENCE) or not rest.endswith(_FENCE):
        return text
    return rest.removesuffix(_FENCE)
