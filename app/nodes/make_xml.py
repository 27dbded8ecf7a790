"""The step that writes a value as XML text."""

from collections.abc import Mapping
from typing import ClassVar

from app.engine.errors import StepFailed
from app.engine.fields import Field, Switch, Text, Value
from app.engine.ports import Ports
from app.engine.step_type import Output, StepType
from app.engine.values import Given
from app.engine.words import count, said, strong
from app.lib import xml_text
from app.nodes.text_steps import kept_small


class MakeXml(StepType):
    """Writes a value as XML text.

    Names become elements, a list becomes one element per item, a name that begins with `@`
    becomes an attribute, and `#text` the text beside them. A list by itself becomes `item`
    elements inside the first one.
    """

    type: ClassVar[str] = "make_xml"
    title: ClassVar[str] = "Make XML"
    group: ClassVar[str] = "Data"
    icon: ClassVar[str] = "code-xml"
    fields: ClassVar[Mapping[str, Field]] = {
        "value": Value(label="Value", required=True),
        "root": Text(label="First element", required=True, default="data", max_chars=100),
        "pretty": Switch(label="With line breaks, for people", default=True),
    }
    outputs: ClassVar[Mapping[str, str] | None] = {"text": "the XML text"}

    def run(self, given: Given, ports: Ports) -> Output:
        """The text."""
        value = given["value"]
        if isinstance(value, list):
            value = {"item": value}
        try:
            text = xml_text.make(value, root=given["root"].strip(), pretty=given["pretty"])
        except xml_text.XmlRefused as refused:
            raise StepFailed(refused.sentence, can_retry=False) from None
        return Output({"text": kept_small(text)})

    def tell(self, given: Given, output: Given) -> str:
        """How long it is."""
        return said("Made XML of ", strong(count(len(output["text"]), "character")))
