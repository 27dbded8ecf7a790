"""The step that reads the text of a text file."""

from collections.abc import Mapping
from typing import ClassVar

from app.engine.fields import Field
from app.engine.ports import Ports
from app.engine.step_type import Output, StepType
from app.engine.values import Given
from app.engine.words import Sentence, count, said
from app.lib.office import plain_text
from app.nodes.file_words import FILE, called, read_file


class ReadTextFile(StepType):
    """Reads the text of a text file: .txt, .csv, .json, .md and the like.

    The encoding is found by itself: UTF-8, UTF-16, or the western one of older programs. Hand the
    text of a CSV or JSON file on to the step that takes it apart.
    """

    type: ClassVar[str] = "read_text_file"
    title: ClassVar[str] = "Read a text file"
    group: ClassVar[str] = "Files"
    icon: ClassVar[str] = "file-text"
    is_slow: ClassVar[bool] = True
    fields: ClassVar[Mapping[str, Field]] = {"file": FILE}
    outputs: ClassVar[Mapping[str, str] | None] = {
        "text": "the text",
        "name": "the name of the file",
        "encoding": "how it was written down: utf-8, utf-16 or windows-1252",
    }

    def run(self, given: Given, ports: Ports) -> Output:
        """The text."""
        content, (text, encoding) = read_file(given["file"], ports, plain_text)
        return Output({"text": text, "name": content.name, "encoding": encoding})

    def tell(self, given: Given, output: Given) -> Sentence:
        """How much of which file."""
        size = count(len(output.get("text") or ""), "character")
        return said("Read ", size, " of ", called(given.get("file")))
