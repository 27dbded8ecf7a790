"""The step that reads the text of a PDF."""

from collections.abc import Mapping
from typing import ClassVar

from app.engine.fields import Field, Number
from app.engine.ports import Ports
from app.engine.step_type import Output, StepType
from app.engine.values import Given
from app.engine.words import Sentence, count, said
from app.lib.office import pdf_text
from app.nodes.file_words import FILE, called, read_file


class ReadPdf(StepType):
    """Reads the text of a PDF, page by page.

    A scanned page is a picture and has no text: `has_text` says whether any was found. Files
    that open only with a password are refused.
    """

    type: ClassVar[str] = "read_pdf"
    title: ClassVar[str] = "Read a PDF"
    group: ClassVar[str] = "Files"
    icon: ClassVar[str] = "file-type"
    is_slow: ClassVar[bool] = True
    fields: ClassVar[Mapping[str, Field]] = {
        "file": FILE,
        "first": Number(label="First page", default=1, minimum=1, maximum=100_000, whole=True),
        "most": Number(
            label="Reads at most", default=100, minimum=1, maximum=500, whole=True, unit="pages"
        ),
    }
    outputs: ClassVar[Mapping[str, str] | None] = {
        "text": "the text of all pages that were read, with an empty line between two",
        "pages": "the text of each page, as a list",
        "page_count": "how many pages the file has",
        "has_more": "whether there are pages after those that were read",
        "has_text": "whether there was any text",
    }

    def run(self, given: Given, ports: Ports) -> Output:
        """The text of the pages."""
        first, most = int(given["first"]), int(given["most"])
        _, found = read_file(
            given["file"],
            ports,
            lambda stream, effort: pdf_text(stream, effort, first=first, most=most),
        )
        text = "\n\n".join(found.pages)
        # The text stands there once more page by page: what is passed on has a size.
        return Output(
            {
                "text": text,
                "pages": list(found.pages),
                "page_count": found.page_count,
                "has_more": first - 1 + len(found.pages) < found.page_count,
                "has_text": bool(text.strip()),
            }
        )

    def tell(self, given: Given, output: Given) -> Sentence:
        """How many pages of which file."""
        pages = count(len(output.get("pages") or []), "page")
        found = "" if output.get("has_text") else ", and found no text"
        return said("Read ", pages, " of ", called(given.get("file")), found)
