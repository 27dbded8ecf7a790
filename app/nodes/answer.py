"""The step that says what the run answers."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from app.engine.fields import Choice, Field, KeyValues, LongText
from app.engine.file_port import is_file
from app.engine.ports import Ports
from app.engine.step_type import Output, StepType
from app.engine.values import Given, Json
from app.engine.words import count, gaps, listed, said, short, strong

_TEXT = ("kind", frozenset({"text"}))
_VALUES = ("kind", frozenset({"values"}))


@dataclass(frozen=True, kw_only=True)
class TextOrFiles(LongText):
    """Text; one single reference to a file, or to a list of them, stays what it is."""

    def settle(self, value: Json) -> Json:
        """Files as they are, any other value as text."""
        return value if _files(value) else super().settle(value)


class Answer(StepType):
    """Says what the run answers to whoever started it.

    The answer is a text, or named values where another program reads it. A text that is nothing
    but the reference to a file, or to several, answers with these: a chat shows them. When a flow
    comes to several answers, the last one counts.
    """

    type: ClassVar[str] = "answer"
    title: ClassVar[str] = "Answer"
    group: ClassVar[str] = "Answer"
    icon: ClassVar[str] = "message-square"
    is_answer: ClassVar[bool] = True
    fields: ClassVar[Mapping[str, Field]] = {
        "kind": Choice(
            label="Answer with", options=(("text", "A text"), ("values", "Named values"))
        ),
        "text": TextOrFiles(label="Text", required=True, only_if=_TEXT),
        "values": KeyValues(label="Values", required=True, unique=True, only_if=_VALUES),
    }
    outputs: ClassVar[Mapping[str, str] | None] = {"answer": "the text, the files or the values"}

    def run(self, given: Given, ports: Ports) -> Output:
        """The answer, under the name `answer`."""
        if given["kind"] == "text":
            return Output({"answer": given["text"]})
        values: Json = {str(row["name"]).strip(): row["value"] for row in given["values"]}
        return Output({"answer": values})

    def does(self, fields: Mapping[str, Json]) -> str:
        """With a text, or with which values."""
        rows = fields.get("values")
        if fields.get("kind") != "values" or not isinstance(rows, list):
            text = gaps(fields.get("text"))
            return "answers with what came of it" if text == "…" else f"answers “{short(text)}”"
        names = [str(row.get("name")) for row in rows if isinstance(row, dict)]
        return f"answers with {listed(names) or 'values'}"

    def tell(self, given: Given, output: Given) -> str:
        """A short text is quoted, files and values are counted."""
        answer = output.get("answer")
        if files := _files(answer):
            return said("Answered with ", strong(count(len(files), "file")))
        if isinstance(answer, dict):
            return said("Answered with ", strong(count(len(answer), "value")))
        return said("Answered “", strong(answer), "”")


def _files(value: object) -> list[object]:
    """The files that a value is; empty where it is anything else, too."""
    found = value if isinstance(value, list) else [value]
    return found if all(is_file(one) for one in found) else []
