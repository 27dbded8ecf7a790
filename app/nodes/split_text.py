"""The step that cuts a text into a list."""

from collections.abc import Mapping
from typing import ClassVar

from app.engine.errors import StepFailed
from app.engine.fields import Choice, Field, LongText, Switch, Text
from app.engine.ports import Ports
from app.engine.step_type import Output, StepType
from app.engine.values import Given, Json
from app.engine.words import count, said, strong
from app.nodes.text_steps import MAX_PIECES, few, pattern_of, pattern_problem

_BY_MARK = ("by", frozenset({"mark", "pattern"}))


class SplitText(StepType):
    """Cuts a text into a list of pieces.

    It cuts at the ends of lines, between words, at a mark of yours such as a comma, or wherever
    a pattern fits. Pieces lose the spaces at their ends, and empty ones are left out, unless you
    want them.
    """

    type: ClassVar[str] = "split_text"
    title: ClassVar[str] = "Split text"
    group: ClassVar[str] = "Text and dates"
    icon: ClassVar[str] = "scissors"
    fields: ClassVar[Mapping[str, Field]] = {
        "text": LongText(label="Text"),
        "by": Choice(
            label="Cut",
            options=(
                ("lines", "Into lines"),
                ("words", "Into words"),
                ("mark", "At a mark"),
                ("pattern", "At a pattern (regular expression)"),
            ),
        ),
        "mark": Text(label="Mark or pattern", default=",", only_if=_BY_MARK),
        "trim": Switch(label="Without spaces at the ends", default=True),
        "keep_empty": Switch(label="Keep empty pieces"),
    }
    outputs: ClassVar[Mapping[str, str] | None] = {
        "items": "the pieces",
        "count": "how many there are",
    }

    def run(self, given: Given, ports: Ports) -> Output:
        """The pieces in order."""
        pieces = few(_cut(given["text"], given["by"], given["mark"]))
        if given["trim"]:
            pieces = [piece.strip() for piece in pieces]
        kept: list[Json] = [piece for piece in pieces if piece or given["keep_empty"]]
        return Output({"items": kept, "count": len(kept)})

    def tell(self, given: Given, output: Given) -> str:
        """How many pieces."""
        return said("Split the text into ", strong(count(output["count"], "piece")))

    def problems(self, fields: Mapping[str, Json]) -> list[tuple[str | None, str]]:
        """No mark, or a pattern that cannot be read."""
        if fields.get("by") not in ("mark", "pattern"):
            return []
        if fields.get("mark") in ("", None):
            return [("mark", "“Mark or pattern” is empty.")]
        sentence = pattern_problem(fields.get("mark")) if fields.get("by") == "pattern" else ""
        return [("mark", sentence)] if sentence else []


def _cut(text: str, by: str, mark: str) -> list[str]:
    text = text.replace("\r\n", "\n")
    if by == "lines":
        return text.split("\n", MAX_PIECES + 1)
    if by == "words":
        return text.split(None, MAX_PIECES + 1)
    if not mark:
        raise StepFailed("“Mark or pattern” came out empty.", can_retry=False)
    if by == "mark":
        return text.split(mark, MAX_PIECES + 1)
    return pattern_of(mark, ignore_case=False).split(text)
