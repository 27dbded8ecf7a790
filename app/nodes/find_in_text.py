"""The step that finds what fits in a text."""

from collections.abc import Mapping
from itertools import islice
from typing import Any, ClassVar

from app.engine.errors import StepFailed
from app.engine.fields import Choice, Field, LongText, Switch, Text
from app.engine.ports import Ports
from app.engine.step_type import Output, StepType
from app.engine.values import Given, Json
from app.engine.words import count, said, strong
from app.nodes.text_steps import MAX_PIECES, READY_MADE, pattern_of, pattern_problem

_PATTERN = ("what", frozenset({"pattern"}))
_BETWEEN = ("what", frozenset({"between"}))


class FindInText(StepType):
    """Finds what fits in a text.

    That is e-mail addresses, numbers, what stands between two marks, or a pattern of yours. A
    pattern is a regular expression. With one pair of ( ) it gives what stands in it, with
    several a list of them, and with names, as in `(?P<year>\\d{4})`, a group of values. It
    takes time that grows with the text only, so looking ahead, behind and back is not
    possible.
    """

    type: ClassVar[str] = "find_in_text"
    title: ClassVar[str] = "Find in text"
    group: ClassVar[str] = "Text and dates"
    icon: ClassVar[str] = "text-search"
    fields: ClassVar[Mapping[str, Field]] = {
        "text": LongText(label="Text"),
        "what": Choice(
            label="Find",
            options=(
                ("email", "E-mail addresses"),
                ("address", "Web addresses"),
                ("number", "Numbers"),
                ("date", "Dates"),
                ("between", "What stands between two marks"),
                ("pattern", "A pattern (regular expression)"),
            ),
        ),
        "pattern": Text(label="Pattern", required=True, only_if=_PATTERN),
        "ignore_case": Switch(label="Capitals do not count", only_if=_PATTERN),
        "before": Text(label="Begins after", hint="Empty: at the beginning.", only_if=_BETWEEN),
        "after": Text(label="Ends before", hint="Empty: at the end.", only_if=_BETWEEN),
    }
    outputs: ClassVar[Mapping[str, str] | None] = {
        "found": "true or false",
        "first": "what was found first",
        "items": "everything that was found",
        "count": "how much was found",
    }

    def run(self, given: Given, ports: Ports) -> Output:
        """All that was found, in order."""
        what, text = given["what"], given["text"]
        if what == "between":
            items: list[Any] = _between(text, given["before"], given["after"])
        else:
            search = pattern_of(
                given["pattern"] if what == "pattern" else READY_MADE[what],
                ignore_case=what == "pattern" and given["ignore_case"],
            )
            items = list(islice(search.found_in(text), MAX_PIECES + 1))
        if len(items) > MAX_PIECES:
            raise StepFailed(f"That is found more than {MAX_PIECES:,} times.", can_retry=False)
        first: Json = items[0] if items else None
        return Output({"found": bool(items), "first": first, "items": items, "count": len(items)})

    def tell(self, given: Given, output: Given) -> str:
        """What was found, if it is one thing, or how much."""
        if output["count"] == 1:
            return said("Found “", strong(output["first"]), "”")
        return said("Found ", strong(count(output["count"], "match", "matches")))

    def problems(self, fields: Mapping[str, Json]) -> list[tuple[str | None, str]]:
        """A pattern that cannot be read, or no marks."""
        if fields.get("what") == "pattern":
            sentence = pattern_problem(fields.get("pattern"))
            return [("pattern", sentence)] if sentence else []
        if fields.get("what") == "between" and not fields.get("before") and not fields.get("after"):
            return [("before", "Write at least one of the two marks.")]
        return []


def _between(text: str, before: str, after: str) -> list[str]:
    """What stands between the marks, each time; an empty mark is the text's own end."""
    found: list[str] = []
    at = 0
    while len(found) <= MAX_PIECES:
        start = text.find(before, at) if before else at
        if start < 0:
            break
        start += len(before)
        end = text.find(after, start) if after else len(text)
        if end < 0:
            break
        found.append(text[start:end].strip())
        at = end + len(after)
        if not before or not after:
            break
    return found
