"""The step that makes a text file."""

from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import ClassVar

from app.engine.fields import Choice, Field, LongText, Text
from app.engine.ports import Ports
from app.engine.step_type import Output, StepType
from app.engine.values import Given
from app.engine.words import Sentence, said
from app.nodes.file_words import called


class MakeTextFile(StepType):
    """Makes a text file out of a text, to hand on to other steps or to download.

    The ending of the name says what kind of file it is: .txt, .csv, .json, .md. For a list of
    groups, first make CSV or JSON text of it.
    """

    type: ClassVar[str] = "make_text_file"
    title: ClassVar[str] = "Make a text file"
    group: ClassVar[str] = "Files"
    icon: ClassVar[str] = "file-pen-line"
    is_slow: ClassVar[bool] = True
    fields: ClassVar[Mapping[str, Field]] = {
        "text": LongText(label="Text", required=True),
        "name": Text(label="Name of the file", default="Text.txt", required=True, max_chars=200),
        "encoding": Choice(
            label="Written down as",
            options=(
                ("utf-8", "UTF-8, for nearly everything"),
                ("utf-8-sig", "UTF-8 with a mark, for CSV that Excel opens"),
                ("utf-16", "UTF-16"),
            ),
        ),
    }
    outputs: ClassVar[Mapping[str, str] | None] = {"file": "the file, to hand on to other steps"}

    def run(self, given: Given, ports: Ports) -> Output:
        """Keep the text as a file of the run."""
        name = given["name"].strip()
        name = name if PurePosixPath(name).suffix else f"{name}.txt"
        content = given["text"].encode(given["encoding"], "replace")
        return Output({"file": ports.files.keep(name, "text/plain", content)})

    def tell(self, given: Given, output: Given) -> Sentence:
        """Its name."""
        return said("Made ", called(output.get("file")))
