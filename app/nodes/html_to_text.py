"""The step that gives the text of an HTML page."""

from collections.abc import Mapping
from typing import ClassVar

from app.engine.errors import StepFailed
from app.engine.fields import Field, LongText, Switch
from app.engine.ports import Ports
from app.engine.step_type import Output, StepType
from app.engine.values import Given
from app.engine.words import count, said, strong
from app.lib import html_text
from app.nodes.text_steps import kept_small


class HtmlToText(StepType):
    """Gives the text of an HTML page or mail.

    It is the text that a reader would see. Scripts and styles are left out. Paragraphs and
    rows of tables stand on lines of their own, entries of lists begin with a dash, cells of
    tables have a tab between them.
    """

    type: ClassVar[str] = "html_to_text"
    title: ClassVar[str] = "HTML to text"
    group: ClassVar[str] = "Data"
    icon: ClassVar[str] = "file-text"
    is_slow: ClassVar[bool] = True
    fields: ClassVar[Mapping[str, Field]] = {
        "html": LongText(label="HTML"),
        "links": Switch(label="Show the addresses of links"),
    }
    outputs: ClassVar[Mapping[str, str] | None] = {
        "text": "the text",
        "title": "the title of the page",
    }

    def run(self, given: Given, ports: Ports) -> Output:
        """Text and title."""
        try:
            root = html_text.tree(given["html"])
        except html_text.HtmlRefused as refused:
            raise StepFailed(refused.sentence, can_retry=False) from None
        if root is None:
            return Output({"text": "", "title": ""})
        title = next(("".join(one.itertext()) for one in root.iter("title")), "")
        text = html_text.plain_text(root, links=given["links"])
        return Output({"text": kept_small(text), "title": " ".join(title.split())})

    def tell(self, given: Given, output: Given) -> str:
        """How much text."""
        words = strong(count(len(output["text"].split()), "word"))
        return said("Read ", words, " of text out of HTML")
