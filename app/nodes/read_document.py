"""The step that reads the text of a Word document."""

from collections.abc import Mapping
from typing import ClassVar

from app.engine.fields import Field
from app.engine.ports import Ports
from app.engine.step_type import Output, StepType
from app.engine.values import Given
from app.engine.words import Sentence, count, said
from app.lib.office import document_text
from app.nodes.file_words import FILE, called, read_file


class ReadDocument(StepType):
    """Reads the text of a Word document (.docx).

    Each paragraph becomes a line; the cells of a table's row stand on one line with tabs between
    them. Headers, footers and notes are left out. Documents with macros or a password are refused.
    """

    type: ClassVar[str] = "read_document"
    title: ClassVar[str] = "Read a Word document"
    group: ClassVar[str] = "Files"
    icon: ClassVar[str] = "file-text"
    is_slow: ClassVar[bool] = True
    fields: ClassVar[Mapping[str, Field]] = {"file": FILE}
    outputs: ClassVar[Mapping[str, str] | None] = {
        "text": "the text",
        "name": "the name of the file",
    }

    def run(self, given: Given, ports: Ports) -> Output:
        """The text."""
        content, text = read_file(given["file"], ports, document_text)
        return Output({"text": text, "name": content.name})

    def tell(self, given: Given, output: Given) -> Sentence:
        """How much of which file."""
        size = count(len(output.get("text") or ""), "character")
        return said("Read ", size, " of ", called(given.get("file")))
