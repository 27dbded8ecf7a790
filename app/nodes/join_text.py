"""The step that makes one text out of a list."""

from collections.abc import Mapping
from typing import ClassVar

from app.engine.fields import Choice, Field, Switch, Text
from app.engine.ports import Ports
from app.engine.step_type import Output, StepType
from app.engine.values import Given
from app.engine.words import count, said, strong
from app.lib.natural_order import is_blank
from app.lib.resolver import as_text
from app.nodes.list_items import LIST, list_of, readers
from app.nodes.text_steps import kept_small

_MARKS = {"comma": ", ", "line": "\n", "space": " ", "semicolon": "; "}


class JoinText(StepType):
    """Makes one text out of a list.

    For a list of groups, name the column to take. *As one says it* puts commas between the items
    and “and” before the last.
    """

    type: ClassVar[str] = "join_text"
    title: ClassVar[str] = "Join texts"
    group: ClassVar[str] = "Text and dates"
    icon: ClassVar[str] = "fold-horizontal"
    fields: ClassVar[Mapping[str, Field]] = {
        "items": LIST,
        "column": Text(label="Column", hint="Empty for a list of plain texts or numbers."),
        "between": Choice(
            label="Between them",
            options=(
                ("comma", "A comma"),
                ("line", "A new line"),
                ("space", "A space"),
                ("semicolon", "A semicolon"),
                ("and", "As one says it: a, b and c"),
                ("own", "A text of yours"),
            ),
        ),
        "mark": Text(label="Text between them", only_if=("between", frozenset({"own"}))),
        "word": Text(
            label="Word before the last", default="and", only_if=("between", frozenset({"and"}))
        ),
        "keep_empty": Switch(label="Keep empty ones"),
    }
    outputs: ClassVar[Mapping[str, str] | None] = {
        "text": "the items as one text",
        "count": "how many were joined",
    }

    def run(self, given: Given, ports: Ports) -> Output:
        """The text."""
        items, column = list_of(given["items"]), given["column"].strip()
        values = items
        if column:
            [read] = readers(items, [column], ports)
            values = [read(item) for item in items]
        texts = [as_text(one) for one in values if given["keep_empty"] or not is_blank(one)]
        between = given["between"]
        if between == "and":
            text = ", ".join(texts[:-1]) + (f" {given['word']} " if texts[1:] else "")
            text += "".join(texts[-1:])
        else:
            text = (given["mark"] if between == "own" else _MARKS[between]).join(texts)
        return Output({"text": kept_small(text), "count": len(texts)})

    def tell(self, given: Given, output: Given) -> str:
        """How many."""
        return said("Joined ", strong(count(output["count"], "text")))
