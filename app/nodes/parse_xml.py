"""The step that reads XML text."""

from collections.abc import Mapping
from typing import ClassVar

from app.engine.errors import StepFailed
from app.engine.field_columns import Columns
from app.engine.fields import Field, LongText
from app.engine.ports import Ports
from app.engine.step_type import Output, StepType
from app.engine.values import Given
from app.engine.words import said, strong
from app.lib import xml_text
from app.nodes.list_items import names_in


class ParseXml(StepType):
    """Reads XML text into values.

    `<order no="5"><item>Lamp</item></order>` becomes `order` with `@no` and `item`. Elements of
    one name beside each other become a list; name those that should be a list even when there is
    just one. Documents that declare entities of their own are refused, since they can be traps.
    The text may have 5 million characters, 100,000 elements, and be 28 levels deep.
    """

    type: ClassVar[str] = "parse_xml"
    title: ClassVar[str] = "Read XML"
    group: ClassVar[str] = "Data"
    icon: ClassVar[str] = "file-code"
    is_slow: ClassVar[bool] = True
    fields: ClassVar[Mapping[str, Field]] = {
        "text": LongText(label="XML text", required=True),
        "lists": Columns(label="Always a list", hint="Names of elements that may come once."),
    }
    outputs: ClassVar[Mapping[str, str] | None] = {
        "value": "what the XML holds, by the name of its first element",
        "root": "the name of its first element",
    }

    def run(self, given: Given, ports: Ports) -> Output:
        """The values, by element."""
        try:
            value = xml_text.parse(given["text"], always_lists=names_in(given["lists"]))
        except xml_text.XmlRefused as refused:
            raise StepFailed(refused.sentence, can_retry=False) from None
        return Output({"value": value, "root": next(iter(value))})

    def tell(self, given: Given, output: Given) -> str:
        """What was in it."""
        return said("Read XML with the element ", strong(output["root"]))
