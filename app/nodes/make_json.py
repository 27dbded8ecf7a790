"""The step that writes a value as JSON text."""

import json
from collections.abc import Mapping
from typing import ClassVar

from app.engine.fields import Choice, Field, KeyValues, Switch, Value
from app.engine.ports import Ports
from app.engine.step_type import Output, StepType
from app.engine.values import Given, Json
from app.engine.words import count, said, strong


class MakeJson(StepType):
    """Writes values as JSON text.

    For instance to send it, or to keep it in a file. Take one value, such as a list of an
    earlier step, or name several that go into one group.
    """

    type: ClassVar[str] = "make_json"
    title: ClassVar[str] = "Make JSON"
    group: ClassVar[str] = "Data"
    icon: ClassVar[str] = "braces"
    fields: ClassVar[Mapping[str, Field]] = {
        "what": Choice(label="Write", options=(("value", "One value"), ("values", "Named values"))),
        "value": Value(label="Value", only_if=("what", frozenset({"value"}))),
        "values": KeyValues(
            label="Values", required=True, unique=True, only_if=("what", frozenset({"values"}))
        ),
        "pretty": Switch(label="With line breaks, for people"),
    }
    outputs: ClassVar[Mapping[str, str] | None] = {"text": "the JSON text"}

    def run(self, given: Given, ports: Ports) -> Output:
        """The text; letters beyond ASCII stay as they are."""
        value: Json = given["value"]
        if given["what"] == "values":
            value = {str(row["name"]).strip(): row["value"] for row in given["values"]}
        text = json.dumps(value, ensure_ascii=False, indent=2 if given["pretty"] else None)
        return Output({"text": text})

    def tell(self, given: Given, output: Given) -> str:
        """How long it is."""
        return said("Made JSON of ", strong(count(len(output["text"]), "character")))
