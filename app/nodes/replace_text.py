"""The step that puts one text in the place of another."""

from collections.abc import Mapping
from typing import Any, ClassVar

from app.engine.errors import StepFailed
from app.engine.fields import Choice, Field, KeyValues, LongText, Switch
from app.engine.ports import Ports
from app.engine.step_type import Output, StepType
from app.engine.values import Given, Json
from app.engine.words import count, said, strong
from app.lib.patterns import PatternRefused
from app.lib.resolver import as_text
from app.nodes.text_steps import MAX_TEXT_CHARS, kept_small, pattern_of, pattern_problem


class ReplaceText(StepType):
    """Puts one text in the place of another.

    Each row is what to look for and what to put there; the rows work one after the other. With
    patterns, `\\1` in the new text stands for what the first ( ) found. An empty new text removes
    what was found.
    """

    type: ClassVar[str] = "replace_text"
    title: ClassVar[str] = "Replace in text"
    group: ClassVar[str] = "Text and dates"
    icon: ClassVar[str] = "replace"
    fields: ClassVar[Mapping[str, Field]] = {
        "text": LongText(label="Text"),
        "rows": KeyValues(
            label="Replace", required=True, name_label="Look for", value_label="Put there"
        ),
        "by": Choice(
            label="Look for",
            options=(("text", "The text as it is"), ("pattern", "A pattern (regular expression)")),
        ),
        "ignore_case": Switch(label="Capitals do not count"),
    }
    outputs: ClassVar[Mapping[str, str] | None] = {
        "text": "the new text",
        "count": "how many places were changed",
    }

    def run(self, given: Given, ports: Ports) -> Output:
        """The text after all rows."""
        text, total = given["text"], 0
        for row in given["rows"]:
            text, found = _replaced(text, row, given["by"], ignore_case=given["ignore_case"])
            kept_small(text)
            total += found
        return Output({"text": text, "count": total})

    def tell(self, given: Given, output: Given) -> str:
        """How many places."""
        return said("Replaced text in ", strong(count(output["count"], "place")))

    def problems(self, fields: Mapping[str, Json]) -> list[tuple[str | None, str]]:
        """Patterns that cannot be read."""
        rows = fields.get("rows")
        if fields.get("by") != "pattern" or not isinstance(rows, list):
            return []
        sentences = [pattern_problem(row.get("name")) for row in rows if isinstance(row, dict)]
        return [("rows", sentence) for sentence in sentences if sentence]


def _replaced(text: str, row: Any, by: str, *, ignore_case: bool) -> tuple[str, int]:
    was, becomes = str(row["name"]), as_text(row["value"])
    if by == "text" and not ignore_case:
        found = text.count(was)
        # Reckoned before it is done: a short text can ask for terabytes.
        if len(text) + found * (len(becomes) - len(was)) > MAX_TEXT_CHARS:
            return kept_small("x" * (MAX_TEXT_CHARS + 1)), found
        return text.replace(was, becomes), found
    search = pattern_of(was if by == "pattern" else _literal(was), ignore_case=ignore_case)
    try:
        return search.replaced(text, becomes, most_chars=MAX_TEXT_CHARS, plain=by == "text")
    except PatternRefused as refused:
        raise StepFailed(refused.sentence, can_retry=False) from None


def _literal(text: str) -> str:
    return "".join(one if one.isalnum() or one.isspace() else f"\\{one}" for one in text)
