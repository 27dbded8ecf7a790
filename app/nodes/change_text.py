"""The step that changes how a text is written."""

import re
from collections.abc import Callable, Mapping
from typing import ClassVar

from app.engine.fields import Choice, Field, LongText, Number, Text
from app.engine.ports import Ports
from app.engine.step_type import Output, StepType
from app.engine.values import Given
from app.engine.words import said, strong
from app.lib.latin import latin
from app.nodes.text_steps import kept_small

_PADS = frozenset({"pad_start", "pad_end"})
_SPACES = re.compile(r"\s+")
_NOT_PLAIN = re.compile(r"[^a-z0-9]+")


class ChangeText(StepType):
    """Changes how a text is written.

    Its capitals, its spaces, its length, its letters. *Fill up* makes a text longer until it
    has the length you want: `7` becomes `007` with `0` in front. *For an address* gives small
    plain letters, digits and `-`, for file names and links.
    """

    type: ClassVar[str] = "change_text"
    title: ClassVar[str] = "Change text"
    group: ClassVar[str] = "Text and dates"
    icon: ClassVar[str] = "case-sensitive"
    fields: ClassVar[Mapping[str, Field]] = {
        "text": LongText(label="Text"),
        "how": Choice(
            label="Make it",
            options=(
                ("trim", "Without spaces at the ends"),
                ("single", "With single spaces, on one line"),
                ("upper", "ALL IN CAPITALS"),
                ("lower", "all in small letters"),
                ("title", "Each Word With A Capital"),
                ("sentence", "First letter as a capital"),
                ("slug", "For an address: plain-small-letters"),
                ("digits", "Digits only"),
                ("shorten", "Cut to a length"),
                ("pad_start", "Filled up in front"),
                ("pad_end", "Filled up behind"),
            ),
        ),
        "length": Number(
            label="Length",
            default=20,
            required=True,
            minimum=1,
            maximum=10_000,
            whole=True,
            unit="characters",
            only_if=("how", _PADS | {"shorten"}),
        ),
        "fill": Text(label="Fill with", default="0", max_chars=10, only_if=("how", _PADS)),
    }
    outputs: ClassVar[Mapping[str, str] | None] = {
        "text": "the new text",
        "length": "how many characters it has",
    }

    def run(self, given: Given, ports: Ports) -> Output:
        """The text, changed."""
        text, how = given["text"], given["how"]
        if how in _WAYS:
            made = _WAYS[how](text)
        elif how == "shorten":
            most = int(given["length"])
            made = text if len(text) <= most else text[: most - 1].rstrip() + "…"
        else:
            made = _padded(
                text, int(given["length"]), given["fill"] or " ", in_front=how == "pad_start"
            )
        return Output({"text": kept_small(made), "length": len(made)})

    def tell(self, given: Given, output: Given) -> str:
        """The new text, shortened."""
        return said("Changed the text to “", strong(output["text"]), "”")


def _padded(text: str, length: int, fill: str, *, in_front: bool) -> str:
    missing = max(0, length - len(text))
    more = (fill * missing)[:missing]
    return more + text if in_front else text + more


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _title(text: str) -> str:
    """Like str.title, which takes the s of “Ada's” for a word."""
    return re.sub(r"\S+", lambda word: _sentence(word[0].lower()), text)


_WAYS: Mapping[str, Callable[[str], str]] = {
    "trim": str.strip,
    "single": lambda text: _SPACES.sub(" ", text).strip(),
    "upper": str.upper,
    "lower": str.lower,
    "title": _title,
    "sentence": _sentence,
    "slug": lambda text: _NOT_PLAIN.sub("-", latin(text)).strip("-"),
    "digits": lambda text: "".join(one for one in text if one.isdigit()),
}
